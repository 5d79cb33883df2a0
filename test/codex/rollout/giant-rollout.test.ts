import { closeSync, ftruncateSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { rolloutText } from "#test/rollout-text.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { buildWorker, startWorker } from "#test/worker.ts";

const GIB = 1024 * 1024 * 1024;
const MIB = 1024 * 1024;
const Told = z.object({
  thread: z.string(),
  turns: z.array(z.string()),
  unread: z.array(z.string()),
  bytes: z.number(),
  megabytes: z.number(),
});

test("a rollout of 1 GiB, damaged in every way, is read within 200 MB of memory", async () => {
  const folder = scratchFolder();
  const path = join(folder, "rollout-2026-01-02T03-04-05-thread-1.jsonl");
  const file = openSync(path, "w");
  const append = (bytes: string | Uint8Array) => writeSync(file, Buffer.from(bytes));
  // A hole costs no disk, and reads as NULs: single lines of hundreds of megabytes.
  const skip = (bytes: number) => ftruncateSync(file, statSync(path).size + bytes);
  const atEnd = (bytes: string | Uint8Array) =>
    writeSync(file, Buffer.from(bytes), 0, null, statSync(path).size);
  append(rolloutText());
  skip(300 * MIB);
  atEnd("\n");
  for (let count = 0; count < 6; count += 1) {
    // As long as a line may be, and JSON: each is decoded and parsed.
    atEnd(`{"type":"event_msg","payload":{"type":"user_message","message":"${"é".repeat(5 * MIB)}"}}\n`);
  }
  atEnd(new Uint8Array([0x7b, 0xff, 0xfe, 0x0a]));
  atEnd("{not json}\n[]\n");
  atEnd(rolloutText().split("\n")[0] ?? "");
  atEnd("\n");
  skip(GIB - statSync(path).size - 1_000);
  atEnd(`\n${rolloutText({ turnId: "turn-2" }).split("\n").slice(1, 3).join("\n")}\n{"half a li`);
  closeSync(file);

  const worker = startWorker(await buildWorker("read-rollout", folder), [path]);
  expect(await worker.ended).toMatchObject({ code: 0, errors: "" });
  const { megabytes, ...told } = parseJson(worker.lines[0] ?? "", Told);
  expect(told).toEqual({
    thread: "thread-1",
    turns: ["turn-1 completed", "turn-2 none"],
    unread: ["too-long 2", "binary 1", "not-json 1", "another-shape 1", "out-of-order 1", "torn 1"],
    bytes: statSync(path).size,
  });
  expect(told.bytes).toBeGreaterThan(GIB - 2_000);
  expect(megabytes).toBeLessThan(200);
});
