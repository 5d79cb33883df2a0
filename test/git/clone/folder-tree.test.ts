import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execaSync } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { type FolderOptions, folderTree } from "#git/clone/folder-tree.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";
import { fc } from "#test/seeded-check.ts";

const signal = new AbortController().signal;

async function treeOf(path: string, options: FolderOptions = { ignore: [] }) {
  const found = await folderTree(path, options, signal);
  if (found.kind !== "read") throw new Error(JSON.stringify(found));
  return found;
}

function repository(objectFormat: "sha1" | "sha256" = "sha1"): ScratchRepository {
  const scratch = makeRepository({ objectFormat });
  onTestFinished(scratch.remove);
  return scratch;
}

/** What git itself makes of the folder. */
function gitTree(scratch: ScratchRepository): string {
  scratch.git("add", "--all", "--force");
  return scratch.git("write-tree");
}

test.each(["sha1", "sha256"] as const)(
  "a folder has the name that git gives its tree (%s)",
  async (objectFormat) => {
    const scratch = repository(objectFormat);
    scratch.write("a.txt", "one\n");
    scratch.write("a/b.txt", "two\n");
    scratch.write("a-b", "sorted before the folder a");
    scratch.write("a0", "sorted after the folder a");
    scratch.write("deep/er/still/empty", "");
    chmodSync(scratch.write("run.sh", "#!/bin/sh\n"), 0o755);
    symlinkSync("../elsewhere", join(scratch.root, "a/link"));
    symlinkSync(".", join(scratch.root, "loop"));
    mkdirSync(join(scratch.root, "nothing/in/it"), { recursive: true });
    writeFileSync(
      Buffer.concat([Buffer.from(`${scratch.root}/`), Buffer.from([0x66, 0xff, 0x0a])]),
      "odd name",
    );
    const found = await treeOf(scratch.root, { ignore: [], objectFormat });
    expect(found.tree).toBe(gitTree(scratch));
    expect(found.files.map(({ path, mode, id }) => `${mode} ${id} 0\t${path}`).sort()).toEqual(
      scratch
        .git("-c", "core.quotePath=false", "ls-files", "--stage", "-z")
        .split("\0")
        .filter((line) => line !== "")
        .map((line) => line.replace("\u{fffd}", "\\xff"))
        .sort(),
    );
  },
);

test("whatever names and contents there are, git's tree has the same name", async () => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "countersign-test-")));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const name = fc.oneof(
    fc.constantFrom("a", "a.b", "a-", "a0", "A", "ä", "\u{1f600}", " ", "-x", "a\nb", "CON", ".gitignore"),
    fc.stringMatching(/^[^/\0]{1,12}$/u).filter((text) => !/^\.{1,2}$|^\.?git/i.test(text)),
  );
  const file = fc.record({
    way: fc.array(name, { minLength: 1, maxLength: 4 }),
    content: fc.uint8Array({ maxLength: 300 }),
    kind: fc.constantFrom("plain", "executable", "link"),
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 12 }), async (files) => {
      const root = join(base, String(run++));
      mkdirSync(root);
      for (const { way, content, kind } of files) {
        const path = join(root, ...way);
        if (!path.startsWith(`${root}/`)) continue;
        try {
          mkdirSync(dirname(path), { recursive: true });
          if (kind === "link") symlinkSync(`to-${content.length}`, path);
          else writeFileSync(path, content, { flag: "wx", mode: kind === "plain" ? 0o644 : 0o755 });
        } catch {
          // A file stands where this one needs a folder, or has the name already.
        }
      }
      const git = (...words: readonly string[]) =>
        execaSync("git", ["-c", "core.attributesFile=/dev/null", ...words], {
          cwd: root,
          env: { GIT_DIR: join(base, `${run}.git`), GIT_WORK_TREE: root, HOME: base },
        }).stdout;
      git("init", "--quiet");
      git("add", "--all", "--force");
      expect((await treeOf(root)).tree).toBe(git("write-tree"));
    }),
    { numRuns: 40 },
  );
});

test("an empty folder is the empty tree, and one that is not there is absent", async () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, "x/y"), { recursive: true });
  expect((await treeOf(folder)).tree).toBe("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
  expect(await folderTree(join(folder, "none"), { ignore: [] }, signal)).toEqual({ kind: "absent" });
  writeFileSync(join(folder, "file"), "");
  expect(await folderTree(join(folder, "file/x"), { ignore: [] }, signal)).toEqual({ kind: "absent" });
  expect(await folderTree(join(folder, "file"), { ignore: [] }, signal)).toMatchObject({
    kind: "unreadable",
    detail: "it is not a folder",
  });
});

test("marks count only below the top, and nothing called .git counts anywhere", async () => {
  const scratch = repository();
  scratch.write("a/.orphaned_at", "1");
  scratch.write("a/.in_use/1", "{}");
  const tree = gitTree(scratch);
  scratch.write(".orphaned_at", "1760000000000");
  scratch.write(".in_use/5257", "{}");
  scratch.write("a/.git/HEAD", "ref: refs/heads/main\n");
  scratch.write("b/.git", "gitdir: ../elsewhere\n");
  expect((await treeOf(scratch.root, { ignore: [".orphaned_at", ".in_use"] })).tree).toBe(tree);
  expect((await treeOf(scratch.root)).tree).not.toBe(tree);
});

test("attributes and ignore files are not applied: the bytes count", async () => {
  const scratch = repository();
  scratch.write("a.txt", "one\r\ntwo\r\n");
  scratch.write("skipped.log", "log\n");
  const plain = gitTree(scratch);
  scratch.write(".git/info/attributes", "* text\n");
  scratch.write(".git/info/exclude", "*.log\n");
  expect((await treeOf(scratch.root)).tree).toBe(plain);
});

test("a folder behind a link is looked at, with the times of its files", async () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, "real"));
  writeFileSync(join(folder, "real/a"), "a");
  utimesSync(join(folder, "real/a"), 1_760_000_000, 1_760_000_000);
  symlinkSync("real", join(folder, "link"));
  expect(await treeOf(join(folder, "link"))).toEqual(await treeOf(join(folder, "real")));
  expect((await treeOf(join(folder, "link"))).files[0]?.changedAt).toBe(1_760_000_000_000);
});

test("what git has no word for makes a folder unreadable, and is not waited for", async () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, "a"));
  execaSync("mkfifo", [join(folder, "a/pipe")]);
  expect(await folderTree(folder, { ignore: [] }, signal)).toEqual({
    kind: "unreadable",
    path: "a/pipe",
    detail: "it is neither a file nor a folder nor a link",
  });
});

test("more files, bytes or folders than are looked at are said to be too many", async () => {
  const folder = scratchFolder();
  for (const name of ["a", "b", "c"]) writeFileSync(join(folder, name), "12345");
  const limits = { files: 3, bytes: 15, depth: 2 };
  expect((await treeOf(folder, { ignore: [], limits })).bytes).toBe(15);
  expect(await folderTree(folder, { ignore: [], limits: { ...limits, files: 2 } }, signal)).toMatchObject({
    kind: "too-large",
  });
  expect(await folderTree(folder, { ignore: [], limits: { ...limits, bytes: 14 } }, signal)).toMatchObject({
    kind: "too-large",
    bytes: 15,
  });
  mkdirSync(join(folder, "d/e/f"), { recursive: true });
  expect(await folderTree(folder, { ignore: [], limits }, signal)).toMatchObject({
    kind: "unreadable",
    path: "d/e/f",
  });
});

test("a large file is read piece by piece, and whoever waits can stop it", async () => {
  const folder = scratchFolder();
  const path = join(folder, "large");
  writeFileSync(path, "");
  truncateSync(path, 200 * 1024 * 1024 + 1);
  const expected = execaSync("git", ["hash-object", "--no-filters", path]).stdout;
  expect((await treeOf(folder)).files[0]?.id).toBe(expected);
  renameSync(path, join(folder, "still-large"));
  const stop = new AbortController();
  const looking = folderTree(folder, { ignore: [] }, stop.signal);
  stop.abort(new Error("enough"));
  await expect(looking).rejects.toThrow("enough");
});

test("where the time is over already nothing is read, and a file of some megabytes gives others a turn", async () => {
  const folder = scratchFolder();
  writeFileSync(join(folder, "small"), "small\n");
  const over = AbortSignal.abort(new Error("over"));
  await expect(folderTree(folder, { ignore: [] }, over)).rejects.toThrow("over");
  truncateSync(join(folder, "small"), 16 * 1024 * 1024);
  const stop = new AbortController();
  setImmediate(() => stop.abort(new Error("meanwhile")));
  await expect(folderTree(folder, { ignore: [] }, stop.signal)).rejects.toThrow("meanwhile");
});
