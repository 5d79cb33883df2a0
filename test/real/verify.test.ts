import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { findRollout } from "#codex/rollout/rollout.ts";
import type { Receipt } from "#runs/receipts/receipt.ts";
import { runClaude } from "#test/claude-process.ts";
import { type ClaudeWorld, makeClaudeWorld } from "#test/claude-world.ts";
import { inEach } from "#test/messages-api.ts";
import { editFile, writeFile } from "#test/messages-stream.ts";
import { reviewAnswer, runCommand } from "#test/reviewer-action.ts";

let world: ClaudeWorld;
let originals: ReadonlyMap<string, Buffer>;
let receipts: readonly [Receipt, Receipt];

/** A real session, blocked once and then signed. */
beforeAll(async () => {
  world = await makeClaudeWorld();
  await world.countersign(["setup", "--scope", "user"]);
  const path = join(world.repository.root, "src/total.js");
  const claim = { kind: "say", text: "Done." } as const;
  world.messages.play(
    inEach(writeFile(path, "export const total = 1;\n"), claim, editFile(path, "= 1", "= 2"), claim),
  );
  const finding = {
    file: "src/total.js",
    line_start: 1,
    quote: "export const total = 1;",
    title: "It is one",
  };
  // Each review leaves a command running when it answers.
  world.reviews.play((request) => {
    const round = request.prompt.includes("This is round 2.") ? 2 : 1;
    if (request.outputs.length < round) return runCommand(request, `echo ${round}; sleep 600`, 250);
    return reviewAnswer(request, round === 2 ? [] : [finding]);
  });
  const run = await runClaude({ ...world.options, prompt: "write total" });
  expect(world.outcomes(run.sessionId)).toEqual(["blocked", "allowed"]);
  const [first, second] = world.receipts(run.sessionId);
  if (first === undefined || second === undefined) throw new Error("there are not two receipts");
  receipts = [first, second];
  await world.untilNothingRuns();
  originals = new Map([...receipts.map(fileOf), rolloutOf(second)].map((file) => [file, readFileSync(file)]));
});
beforeEach(() => {
  for (const [file, bytes] of originals) writeFileSync(file, bytes);
});
afterAll(async () => {
  await world.close();
});

function fileOf({ id }: Receipt): string {
  const root = join(world.state, "receipts");
  const name = readdirSync(root, { recursive: true, encoding: "utf8" }).find((path) => path.includes(id));
  return join(root, name ?? "missing");
}

function rolloutOf({ review }: Receipt): string {
  return findRollout(world.codex.codexHome, review?.threadId ?? "none") ?? "missing";
}

/** Replaces one byte in the middle of the first or the last place where the text stands. */
function editByte(file: string, text: string, find: "indexOf" | "lastIndexOf" = "indexOf"): void {
  const bytes = readFileSync(file);
  const at = bytes[find](text);
  expect(at).toBeGreaterThan(0);
  bytes.write("X", at + Math.floor(text.length / 2));
  writeFileSync(file, bytes);
}

test("the records of a real session hold, and both its reviews are proven", async () => {
  const { exitCode, stdout, stderr } = await world.countersign(["audit", "verify"]);
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("2 receipts checked: 2 proven.");
  expect(receipts.map(({ review }) => review?.commands)).toEqual(
    [1, 2].map((round) => [{ command: expect.stringContaining(`echo ${round}; sleep 600`), exitCode: null }]),
  );
});

test.each([
  { which: "first", place: 0 },
  { which: "last", place: 1 },
] as const)(
  "one byte changed in the $which receipt is found, and that receipt is named",
  async ({ place }) => {
    const receipt = receipts[place];
    editByte(fileOf(receipt), receipt.configDigest ?? "none");
    const { exitCode, stdout } = await world.countersign(["audit", "verify"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("[receipt-edited]");
    expect(stdout).toContain(receipt.id);
    expect(stdout).not.toContain(receipts[1 - place]?.id);
  },
);

test("one byte changed in Codex's own file is found, and every receipt that it speaks for is named", async () => {
  editByte(rolloutOf(receipts[1]), "It is one");
  const { exitCode, stdout } = await world.countersign(["audit", "verify"]);
  expect(exitCode).toBe(1);
  expect(stdout).toContain("[rollout-changed]");
  for (const { id } of receipts) expect(stdout).toContain(id);
});

test("what was changed after the first round leaves the first receipt proven", async () => {
  editByte(rolloutOf(receipts[1]), "It is one", "lastIndexOf");
  const { exitCode, stdout } = await world.countersign(["audit", "verify"]);
  expect(exitCode).toBe(1);
  expect(stdout).toContain("2 receipts checked: 1 proven, 1 contradicted.");
  expect(stdout).not.toContain(receipts[0].id);
  expect(stdout).toContain(receipts[1].id);
});

test("what Codex appends to its file later changes no verdict", async () => {
  appendFileSync(rolloutOf(receipts[1]), '{"type":"more"}\n');
  expect((await world.countersign(["audit", "verify"])).exitCode).toBe(0);
});
