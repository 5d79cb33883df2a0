import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readTexts } from "#git/change/read-texts.ts";
import { never, summary, type WatchedRepository, watchRepository } from "#test/watched-repository.ts";

const LINES = Array.from({ length: 30 }, (_, i) => `line ${i}\n`).join("");

/** Returns the change that the edit makes to a repository with the given files. */
async function changeBy(
  files: Readonly<Record<string, string | Uint8Array>>,
  edit: (watched: WatchedRepository) => void,
) {
  const watched = await watchRepository();
  for (const [path, content] of Object.entries(files)) watched.write(path, content);
  watched.commit("one");
  const before = await watched.snapshot();
  edit(watched);
  return await watched.change(before, await watched.snapshot());
}

describe("kinds", () => {
  test("nothing happened", async () => {
    const change = await changeBy({ "a.txt": "a\n" }, () => undefined);
    expect(change).toEqual({ files: [], opaque: [], rules: [] });
  });

  test("modified, with modes, blobs and patch", async () => {
    const change = await changeBy({ "a.txt": "a\n" }, (watched) => watched.write("a.txt", "b\n"));
    expect(change.files).toEqual([
      {
        kind: "modified",
        path: "a.txt",
        oldPath: undefined,
        oldMode: "100644",
        newMode: "100644",
        oldBlob: "78981922613b2afb6025042ff6bd878ac1994e85",
        newBlob: "61780798228d17af2d34fce4cfbdf35556832472",
        binary: false,
        baselineLost: false,
        patch: [
          "diff --git a/a.txt b/a.txt",
          "index 78981922613b2afb6025042ff6bd878ac1994e85..61780798228d17af2d34fce4cfbdf35556832472 100644",
          "--- a/a.txt",
          "+++ b/a.txt",
          "@@ -1 +1 @@",
          "-a",
          "+b",
          "",
        ].join("\n"),
      },
    ]);
  });

  test("added and deleted have one side each", async () => {
    const change = await changeBy({ "a.txt": "a\n" }, (watched) => {
      rmSync(join(watched.root, "a.txt"));
      watched.write("b.txt", LINES);
    });
    expect(change.files).toMatchObject([
      { kind: "deleted", path: "a.txt", newMode: "000000", newBlob: undefined },
      { kind: "added", path: "b.txt", oldMode: "000000", oldBlob: undefined },
    ]);
  });

  test("renamed, with and without an edit", async () => {
    const change = await changeBy({ "a.txt": LINES, "b.txt": `${LINES}b\n` }, (watched) => {
      renameSync(join(watched.root, "a.txt"), join(watched.root, "c.txt"));
      renameSync(join(watched.root, "b.txt"), join(watched.root, "d.txt"));
      watched.write("d.txt", `${LINES}d\n`);
    });
    expect(change.files).toMatchObject([
      { kind: "renamed", oldPath: "a.txt", path: "c.txt" },
      { kind: "renamed", oldPath: "b.txt", path: "d.txt" },
    ]);
    expect(change.files[0]?.patch).toContain("rename from a.txt\nrename to c.txt\n");
    expect(change.files[1]?.patch).toContain("-b\n+d\n");
  });

  test("mode alone", async () => {
    const change = await changeBy({ "run.sh": "x\n" }, (watched) =>
      chmodSync(join(watched.root, "run.sh"), 0o755),
    );
    expect(change.files).toMatchObject([{ kind: "modified", oldMode: "100644", newMode: "100755" }]);
    expect(change.files[0]?.patch).toContain("old mode 100644\nnew mode 100755\n");
  });

  test("a change of type is one file with two patches, and its neighbours keep theirs", async () => {
    const change = await changeBy({ "a.txt": "a\n", "b.txt": "b\n", "c.txt": "c\n" }, (watched) => {
      watched.write("a.txt", "A\n");
      rmSync(join(watched.root, "b.txt"));
      symlinkSync("a.txt", join(watched.root, "b.txt"));
      watched.write("c.txt", "C\n");
    });
    expect(summary(change)).toEqual(["modified a.txt", "type-changed b.txt", "modified c.txt"]);
    expect(change.files[1]?.patch.match(/^diff --git a\/b\.txt b\/b\.txt$/gm)).toHaveLength(2);
    expect(change.files[2]?.patch).toMatch(/^diff --git a\/c\.txt.*-c\n\+C\n$/s);
  });
});

describe("contents", () => {
  test("binary by a NUL byte", async () => {
    const change = await changeBy({ "a.bin": "a\n" }, (watched) => watched.write("a.bin", "a\0b\n"));
    expect(change.files).toMatchObject([{ path: "a.bin", binary: true, patch: "" }]);
  });

  test("no attribute hides a text, wherever it stands", async () => {
    const change = await changeBy({ "a.txt": "a\n", "b.txt": "b\n" }, (watched) => {
      watched.write(".gitattributes", "*.txt -diff\n");
      watched.write(".git/info/attributes", "*.txt binary\n");
      watched.write("../home/.config/git/attributes", "*.txt -diff\n");
      watched.write("a.txt", "evil\n");
      watched.commit("attributes");
      watched.write("b.txt", "evil\n");
    });
    const texts = change.files.filter((file) => file.path.endsWith(".txt"));
    expect(texts).toMatchObject([{ binary: false }, { binary: false }]);
    expect(texts.every((file) => file.patch.includes("+evil\n"))).toBe(true);
  });

  test("no configuration of the user takes part: external diff, textconv, prefixes, colour", async () => {
    const change = await changeBy(
      { ".gitattributes": "*.txt diff=odd\n", "a.txt": "a\n\nend\n" },
      (watched) => {
        for (const setting of [
          "diff.external=false",
          "diff.odd.textconv=false",
          "diff.noprefix=true",
          "color.ui=always",
          "diff.suppressBlankEmpty=true",
          "diff.orderFile=/nonexistent",
        ]) {
          const [key = "", value = ""] = setting.split("=");
          watched.git("config", "--file", join(watched.home, ".gitconfig"), key, value);
          watched.git("config", key, value);
        }
        watched.write("a.txt", "b\n\nend\n");
      },
    );
    expect(change.files[0]?.patch).toMatch(/^diff --git a\/a\.txt b\/a\.txt\n.*\n-a\n\+b\n \n end\n$/s);
  });

  test("CRLF, no last line break, and lines that look like a patch", async () => {
    const tricky = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\nBinary files a/x and b/x differ\n";
    const change = await changeBy({ "a.txt": "a\r\n", "b.txt": "b", "c.txt": "c\n" }, (watched) => {
      watched.write("a.txt", "A\r\n");
      watched.write("b.txt", "B");
      watched.write("c.txt", tricky);
    });
    expect(summary(change)).toEqual(["modified a.txt", "modified b.txt", "modified c.txt"]);
    expect(change.files[0]?.patch).toContain("-a\r\n+A\r\n");
    expect(change.files[1]?.patch).toContain("-b\n\\ No newline at end of file\n+B\n\\ No newline");
    expect(change.files[2]).toMatchObject({ binary: false });
    expect(change.files[2]?.patch).toContain("+diff --git a/x b/x\n");
  });

  test("what is not UTF-8 reads the same in the patch as in the text", async () => {
    const watched = await watchRepository();
    const before = await watched.snapshot();
    watched.write("latin1.txt", Buffer.from("caf\xe9 na\xefve\n", "latin1"));
    watched.write("utf8.txt", "café 😀\n");
    const change = await watched.change(before, await watched.snapshot());
    const blobs = change.files.flatMap((file) => (file.newBlob === undefined ? [] : [file.newBlob]));
    const texts = await readTexts(watched.store, blobs, never());
    expect([...texts.values()]).toEqual(["caf\\xe9 na\\xefve\n", "café 😀\n"]);
    expect(change.files[0]?.patch).toContain("+caf\\xe9 na\\xefve\n");
    expect(change.files[1]?.patch).toContain("+café 😀\n");
  });
});

describe("a baseline that git has pruned", () => {
  /** Commits, takes the baseline, amends the commit away and has git forget it. */
  async function pruned(edit: (watched: WatchedRepository) => void) {
    const watched = await watchRepository();
    watched.write("folder/kept.txt", "kept\n");
    watched.commit("zero");
    watched.write("folder/a.txt", `first\n${LINES}`);
    watched.write("folder/gone.txt", "gone\n");
    watched.commit("one");
    const before = await watched.snapshot();
    edit(watched);
    watched.git("add", "--all");
    watched.git("commit", "-q", "--amend", "-m", "other");
    watched.git("reflog", "expire", "--expire=now", "--all");
    watched.git("prune", "--expire=now");
    expect(() => watched.inStore("cat-file", "-e", before.tree)).toThrow();
    return { watched, before, after: await watched.snapshot() };
  }

  test("is compared through its kept index; lost files are shown whole and marked", async () => {
    const { watched, before, after } = await pruned((repository) => {
      repository.write("folder/a.txt", `second\n${LINES}`);
      rmSync(join(repository.root, "folder/gone.txt"));
      repository.write("folder/kept.txt", "edited\n");
    });
    const change = await watched.change(before, after);
    expect(change.files).toMatchObject([
      { kind: "modified", path: "folder/a.txt", baselineLost: true },
      { kind: "deleted", path: "folder/gone.txt", baselineLost: true, patch: "" },
      { kind: "modified", path: "folder/kept.txt", baselineLost: false },
    ]);
    expect(change.files[0]?.oldBlob).toBeDefined();
    expect(change.files[0]?.patch).toContain(`+second\n${LINES.replace(/^/gm, "+").replace(/\+$/, "")}`);
    expect(change.files[2]?.patch).toContain("-kept\n+edited\n");
  });

  test("without its index there is a fault, not an empty change", async () => {
    const { watched, before, after } = await pruned((repository) => repository.write("folder/a.txt", "x\n"));
    rmSync(join(watched.store.indexes, before.tree));
    await expect(watched.change(before, after)).rejects.toMatchObject({ failure: { kind: "git-failed" } });
  });
});

test("5,000 files and 20 MB come in one go", async () => {
  const watched = await watchRepository();
  const before = await watched.snapshot();
  const content = (i: number) => `${i} ${"x".repeat(78)}\n`.repeat(50);
  for (let i = 0; i < 5000; i++) {
    if (i % 100 === 0) mkdirSync(join(watched.root, `d${i / 100}`));
    writeFileSync(join(watched.root, `d${Math.floor(i / 100)}/f${i}.txt`), content(i));
  }
  const change = await watched.change(before, await watched.snapshot());
  expect(change.files).toHaveLength(5000);
  const size = change.files.reduce((sum, file) => sum + file.patch.length, 0);
  expect(size).toBeGreaterThan(20_000_000);
  for (const file of change.files) expect(file.patch).toContain(`diff --git a/${file.path} b/${file.path}\n`);
  expect(readdirSync(watched.store.scratch)).toEqual([]);
});

test("a folder of a tree whose top is there comes back from the kept index", async () => {
  const watched = await watchRepository();
  watched.write("folder/deep/a.txt", "a\n");
  const before = await watched.snapshot();
  const deep = watched.inStore("rev-parse", `${before.tree}:folder/deep`);
  watched.write("folder/deep/b.txt", "b\n");
  const after = await watched.snapshot();
  rmSync(join(watched.store.objects, deep.slice(0, 2), deep.slice(2)));
  expect(summary(await watched.change(before, after))).toEqual(["added folder/deep/b.txt"]);
});
