import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { sha256 } from "#base/digest.ts";
import { digestArtifacts, takeArtifacts } from "#commands/exec/look/take-artifacts.ts";
import type { FileSeen } from "#gate/contract/run-seen.ts";
import { contractOf, hex, PNG } from "#test/contract-values.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const signal = new AbortController().signal;
let workspace = "";
beforeEach(() => {
  workspace = join(scratchFolder(), "work");
  mkdirSync(workspace);
});

async function taken(output: Readonly<Record<string, unknown>>): Promise<FileSeen> {
  const contract = contractOf({ outputs: [output] });
  const [seen] = await takeArtifacts(workspace, { contract, before: new Map() }, signal);
  if (seen === undefined) throw new Error("nothing was looked at");
  return seen.after;
}

function put(path: string, content: string | Uint8Array): void {
  writeFileSync(join(workspace, path), content);
}

test("a file is told by its digest, its size and its ends, before and after", async () => {
  const contract = contractOf({ outputs: [{ path: "a.png", kind: "png" }, { path: "b" }] });
  put("a.png", "old");
  const before = await digestArtifacts(workspace, contract, signal);
  expect(before).toEqual(new Map([["a.png", sha256("old")]]));
  put("a.png", PNG);
  expect(await takeArtifacts(workspace, { contract, before }, signal)).toEqual([
    {
      path: "a.png",
      before: sha256("old"),
      after: {
        kind: "file",
        bytes: PNG.length,
        sha256: sha256(PNG),
        content: { head: hex(PNG), tail: hex(PNG), form: undefined, schema: undefined },
      },
    },
    { path: "b", before: undefined, after: { kind: "missing" } },
  ]);
});

test("links count where they lead, and never outside of the workspace", async () => {
  mkdirSync(join(workspace, "in"));
  put("in/real", "text");
  writeFileSync(join(workspace, "..", "secret"), "text");
  mkdirSync(join(workspace, "..", "work-beside"));
  for (const [name, target] of [
    ["inside", "in/real"],
    ["out", "../secret"],
    ["absolute", "/etc/hostname"],
    ["nowhere", "../gone"],
    ["folder", ".."],
    ["beside", "../work-beside"],
    ["loop", "loop"],
  ] as const)
    symlinkSync(target, join(workspace, name));
  expect(await taken({ path: "inside" })).toMatchObject({ kind: "file", bytes: 4 });
  for (const path of ["out", "absolute", "folder/secret", "folder/new", "beside/new/deep"]) {
    expect(await taken({ path }), path).toMatchObject({
      kind: "outside",
      detail: expect.stringMatching(/^leads outside of the workspace, to \//),
    });
  }
  expect(await taken({ path: "nowhere" })).toEqual({
    kind: "outside",
    detail: "is a link that leads to nothing",
  });
  expect(await taken({ path: "nowhere/a" })).toMatchObject({
    kind: "outside",
    detail: expect.stringMatching(/nowhere/),
  });
  expect(await taken({ path: "loop" })).toMatchObject({
    kind: "unreadable",
    detail: expect.stringMatching(/ELOOP/),
  });
  expect(await taken({ path: "in/gone/deep" })).toEqual({ kind: "missing" });
  expect(await taken({ path: "in/real/below" })).toEqual({ kind: "missing" });
});

test("what is no file is told without waiting for it", async () => {
  mkdirSync(join(workspace, "folder"));
  execFileSync("mkfifo", [join(workspace, "pipe")]);
  expect(await taken({ path: "folder" })).toEqual({ kind: "no-file", detail: "is a folder" });
  expect(await taken({ path: "pipe" })).toEqual({
    kind: "no-file",
    detail: "is a pipe, a socket or a device",
  });
});

test.each([
  ["text", "gr\u00fc\u00dfe\n", {}],
  ["text", Buffer.from([0x61, 0xe9]), { form: "it is not UTF-8" }],
  // The last character is cut off.
  ["text", Buffer.from([0x61, 0xc3]), { form: "it is not UTF-8" }],
  ["text", "a\0b", { form: "it holds a NUL, as no text does" }],
  ["json", '{"a": 1}', {}],
  ["json", '{"a": 1', { form: expect.stringMatching(/^not JSON: /) }],
  ["json", "", { form: expect.stringMatching(/^not JSON: /) }],
  ["json", "[]", { schema: "it must be object" }],
  ["json", '{"a": "x"}', { schema: "it/a must be number" }],
  ["jsonl", '{"a": 1}\n\n{"a": 2}', {}],
  ["jsonl", '{"a": 1}\n{"a": }\n', { form: expect.stringMatching(/^line 2: not JSON: /) }],
  ["jsonl", '{"a": 1}\n{"a": 2}\n[]', { schema: "line 3: it must be object" }],
])("%s of %j is checked for its form", async (kind, content, faults) => {
  put("out", content);
  const schema = { type: "object", properties: { a: { type: "number" } } };
  const seen = await taken({ path: "out", kind, ...(kind === "text" ? {} : { schema }) });
  expect(seen).toMatchObject({ kind: "file", content: { form: undefined, schema: undefined, ...faults } });
});

test("characters and lines may lie across the pieces in which a file is read", async () => {
  put("out", `${" ".repeat(1024 * 1024 - 10)}"\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc"\n"x"`);
  expect(await taken({ path: "out", kind: "jsonl" })).toMatchObject({ content: { form: undefined } });
});

test("a pattern without an end is ended, and counts as a fault", async () => {
  put("out", JSON.stringify({ a: `${"a".repeat(50)}!` }));
  const schema = { type: "object", properties: { a: { type: "string", pattern: "^(a+)+$" } } };
  expect(await taken({ path: "out", kind: "json", schema })).toMatchObject({
    content: { schema: expect.stringMatching(/^the schema could not be applied: .*timed out/) },
  });
});

test("a file of 1 GB is read within a small part of its size", async () => {
  put("out", "begin");
  truncateSync(join(workspace, "out"), 1024 ** 3);
  const before = process.memoryUsage.rss();
  const seen = await taken({ path: "out", kind: "text" });
  expect(process.memoryUsage.rss() - before).toBeLessThan(128 * 1024 ** 2);
  expect(seen).toMatchObject({
    kind: "file",
    bytes: 1024 ** 3,
    content: { head: expect.stringMatching(/^626567696e00/) },
  });
});

test("what is cancelled while it is read is thrown", async () => {
  put("out", "x");
  const stopped = AbortSignal.abort(new Error("stopped"));
  const contract = contractOf({ outputs: [{ path: "out" }] });
  await expect(takeArtifacts(workspace, { contract, before: new Map() }, stopped)).rejects.toThrow("stopped");
  rmSync(join(workspace, "out"));
});
