import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readReviewOutput } from "#codex/thread/review-output.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const OUTPUT = {
  findings: [
    {
      title: "[P1] Bad",
      body: "It is bad.",
      priority: 1,
      code_location: { absolute_file_path: "/work/f.txt", line_range: { start: 2, end: 2 } },
    },
  ],
  overall_correctness: "patch is incorrect",
  overall_explanation: "It breaks.",
};

const never = new AbortController().signal;

async function read(lines: readonly unknown[], cut = 0) {
  const path = join(scratchFolder(), "rollout.jsonl");
  const text = lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join("");
  writeFileSync(path, text);
  return await readReviewOutput({ path, bytes: Buffer.byteLength(text) - cut }, never);
}

const older = { type: "event_msg", payload: { type: "exited_review_mode", review_output: OUTPUT } };
const newer = {
  type: "event_msg",
  payload: { type: "item_completed", item: { type: "ExitedReviewMode", id: "x", review_output: OUTPUT } },
};

test("the findings are read as either version has them", async () => {
  expect(await read([{ type: "session_meta", payload: { id: "t" } }, older])).toMatchObject(OUTPUT);
  expect(await read(["not json", newer, { type: "event_msg", payload: { type: "other" } }])).toMatchObject(
    OUTPUT,
  );
});

test("only the sealed part speaks, and only of a review", async () => {
  expect(await read([older], 1)).toBeUndefined();
  expect(await read([])).toBeUndefined();
  const other = { ...older, payload: { ...older.payload, review_output: { findings: "none" } } };
  expect(await read([other])).toBeUndefined();
});
