import { expect, test } from "vitest";
import { readBytes } from "#git/byte-reader.ts";
import { readPatches } from "#git/change/patches.ts";
import { GitFault } from "#git/fault.ts";
import { splitNul, textOf } from "#git/path-bytes.ts";
import { readRawEntries } from "#git/raw-entry.ts";
import { parseIndex } from "#git/snapshot/listed-files.ts";
import { parseStatus } from "#git/snapshot/status-entries.ts";
import { beginnings, damaged, expectLinear, fuzz } from "#test/fuzz.ts";
import { fc } from "#test/seeded-check.ts";

const ID = "a".repeat(40);
const STATUS = [
  "# branch.oid x",
  `1 .M N... 100644 100644 100644 ${ID} ${ID} src/a b.js`,
  `1 .D S... 160000 160000 000000 ${ID} ${ID} module`,
  `u UU N... 100644 100644 100644 100644 ${ID} ${ID} ${ID} conflict`,
  "? new",
  "? nested/",
  "! ignored",
  "",
].join("\0");
const INDEX = [`H 100644 ${ID} 0\ta`, `h 100644 ${ID} 0\tb\tc`, `S 160000 ${ID} 2\td`, ""].join("\0");
const RAW = [
  `:100644 100644 ${ID} ${ID} M`,
  "a",
  `:100644 100644 ${ID} ${ID} R100`,
  "b",
  "c",
  `:000000 100644 ${"0".repeat(40)} ${ID} A`,
  "d",
  "",
  "diff --git a/a b/a\n@@ -1 +1 @@\n-x\n+y\ndiff --git a/b b/c\ndiff --git a/d b/d\nBinary files differ\n",
].join("\0");

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function difference(output: Uint8Array, size = 7) {
  const reader = readBytes(chunked(output, size));
  return await readPatches(reader, await readRawEntries(reader));
}

/** What git says is understood, or it is git that failed: nothing else is thrown. */
async function orGitFault(parse: () => unknown): Promise<unknown> {
  try {
    return await parse();
  } catch (error) {
    expect(error).toBeInstanceOf(GitFault);
    return undefined;
  }
}

const PARSERS: readonly (readonly [string, string, (output: Buffer) => unknown])[] = [
  ["git status", STATUS, parseStatus],
  ["git ls-files", INDEX, parseIndex],
  ["git diff-tree", RAW, difference],
];

test.each(PARSERS)("%s is understood whole, or fails as git", async (_name, sample, parse) => {
  await expect(Promise.resolve(parse(Buffer.from(sample)))).resolves.toBeDefined();
  for (const part of beginnings(sample)) await orGitFault(() => parse(part));
  await fuzz(damaged(sample), async (output) => void (await orGitFault(() => parse(output))));
  await fuzz(fc.uint8Array({ maxLength: 300 }), async (output) => {
    await orGitFault(() => parse(Buffer.from(output)));
  });
});

test.each(PARSERS)("%s in megabytes is read in one go", async (_name, sample, parse) => {
  const whole = sample.slice(0, sample.lastIndexOf("\0", sample.length - 2) + 1);
  await expectLinear(async (size) => {
    const times = Math.ceil(size / whole.length);
    await orGitFault(() => parse(Buffer.from(whole.repeat(times))));
    await orGitFault(() => parse(Buffer.alloc(size, "1 .M x")));
  }, 250_000);
});

test("what is understood of a comparison has its object ids, its paths and its modes", async () => {
  await fuzz(damaged(RAW), async (output) => {
    for (const entry of (await orGitFault(() => difference(output))) === undefined
      ? []
      : await difference(output)) {
      expect(entry.path).not.toBe("");
      expect(entry.oldMode).toMatch(/^[0-7]{6}$/);
      expect(entry.newMode).toMatch(/^[0-7]{6}$/);
      for (const id of [entry.oldBlob, entry.newBlob]) expect(id ?? ID).toMatch(/^[0-9a-f]{40,64}$/);
    }
  });
});

test("no path of a status or an index is empty", async () => {
  await fuzz(damaged(STATUS), async (output) => {
    const state = await orGitFault(() => parseStatus(output));
    if (typeof state === "object") expect(Object.values(state ?? {}).flat()).not.toContain("");
  });
  await fuzz(damaged(INDEX), async (output) => {
    const index = await orGitFault(() => parseIndex(output));
    if (index !== undefined) expect([...parseIndex(output).unmerged]).not.toContain("");
  });
});

test("a name comes through its text and back, whatever its bytes", async () => {
  await fuzz(fc.uint8Array({ maxLength: 60 }), (bytes) => {
    expect(textOf(bytes)).not.toContain("\ufffd".repeat(bytes.length + 1));
    expect(splitNul(Buffer.from(bytes)).join("")).toHaveLength(bytes.filter((byte) => byte !== 0).length);
  });
});
