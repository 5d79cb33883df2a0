import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cloneState } from "#git/clone/clone-state.ts";
import { openClone } from "#git/clone/open-clone.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";

/** What hangs is ended, and fails. */
const PATIENCE_MS = 50_000;

let scratch: ScratchRepository;
let directory = "";

beforeAll(() => {
  scratch = makeRepository();
  scratch.write("plugins/p/code.js", "1\n");
  scratch.commit("one");
  directory = join(scratch.beside, "hostile");
});

afterAll(() => scratch.remove());

async function stateWith(change: () => void): Promise<{ readonly kind: string; readonly detail?: string }> {
  rmSync(directory, { recursive: true, force: true });
  cpSync(scratch.root, directory, { recursive: true });
  change();
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const opening = await openClone(directory, signal);
  try {
    return await cloneState(opening, signal);
  } finally {
    if (opening.kind === "open") opening.clone.close();
  }
}

function pipeAt(path: string): void {
  const full = join(directory, path);
  mkdirSync(dirname(full), { recursive: true });
  rmSync(full, { force: true });
  execFileSync("mkfifo", [full]);
}

const OTHER = "../other/objects";

// Windows has no named pipes among its files.
test.skipIf(process.platform === "win32").each<readonly [string, () => void]>([
  ["refs/heads/x", () => pipeAt(".git/refs/heads/x")],
  ["the index of a pack", () => pipeAt(".git/objects/pack/pack-1.idx")],
  ["a loose object", () => pipeAt(".git/objects/ab/cdef")],
  ["the list of other stores", () => pipeAt(".git/objects/info/alternates")],
  [
    "another store, in a list that leads in a circle",
    () => {
      pipeAt(".git/other/objects/pack/pack-1.idx");
      mkdirSync(join(directory, ".git/other/objects/info"));
      writeFileSync(
        join(directory, ".git/other/objects/info/alternates"),
        `${join(directory, ".git/objects")}\n`,
      );
      writeFileSync(join(directory, ".git/objects/info/alternates"), `# others\n${OTHER}\n`);
    },
  ],
  [
    "what a link among the refs leads to",
    () => {
      pipeAt("beside/x");
      symlinkSync(join(directory, "beside"), join(directory, ".git/refs/heads/beside"));
    },
  ],
  ["a device", () => symlinkSync("/dev/zero", join(directory, ".git/refs/heads/zero"))],
  [".gitignore", () => pipeAt("plugins/.gitignore")],
  [".gitattributes", () => pipeAt(".gitattributes")],
  ["a ref of a repository within", () => pipeAt("inner/.git/HEAD")],
])("a pipe for %s: the clone is broken, and nobody waits for it", async (_name, change) => {
  expect(await stateWith(change)).toMatchObject({ kind: "broken" });
});

test.each(["index", "packed-refs"])("an %s of a terabyte is not copied", async (name) => {
  const state = await stateWith(() => {
    writeFileSync(join(directory, ".git", name), "");
    truncateSync(join(directory, ".git", name), 2 ** 40);
  });
  expect(state.kind).toBe("broken");
  expect(state.detail).toContain("no more than");
});

test("a link that leads nowhere, and a list of other stores that is not there, keep nobody from looking", async () => {
  const state = await stateWith(() => {
    symlinkSync("nowhere", join(directory, ".git/refs/heads/gone"));
    mkdirSync(join(directory, ".git/objects/info"), { recursive: true });
    writeFileSync(join(directory, ".git/objects/info/alternates"), "/not/there\n");
  });
  expect(state.kind).toBe("clone");
});
