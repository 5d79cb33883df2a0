import { expect, test } from "vitest";
import type { RegisteredHook } from "#claude/settings.ts";
import type { Fired } from "#commands/doctor/prove/fire-hook.ts";
import { judgeTrial } from "#commands/doctor/prove/judge-trial.ts";
import type { Trial } from "#commands/doctor/prove/run-trial.ts";
import type { Outcome } from "#gate/stop/outcome.ts";
import { wholeChain } from "#test/chain-values.ts";

const HOOK: RegisteredHook = {
  scope: "user",
  path: "/settings.json",
  event: "Stop",
  command: "/launch/countersign-hook stop",
  args: [],
  timeout: 300,
};
const BLOCK = { decision: "block", reason: "R" };
const BLOCKED: Outcome = { kind: "blocked", round: 1, of: 3 };

function answered(answer: object, seconds = 1): Fired {
  return { kind: "answered", answer: { ...answer }, printed: JSON.stringify(answer), seconds };
}

function trial(fired: Fired, outcome: Outcome | undefined, shown = true): Trial {
  const planted = { file: "notes.txt", number: 2, text: "A line." };
  const receipt = outcome === undefined ? undefined : wholeChain([{ outcome }]).receipts[0];
  return { fired: [], stop: { hook: HOOK, fired }, planted, shown, receipt };
}

test("armed: the change was shown, the record says held back, and so does the answer", () => {
  expect(judgeTrial(trial(answered(BLOCK), BLOCKED))).toEqual({
    kind: "armed",
    how: "a change reached the reviewer, and its finding held the stop back",
  });
});

test("armed: it advises, where that is configured", () => {
  expect(judgeTrial(trial(answered({ systemMessage: "found" }), { kind: "advised" })).kind).toBe("armed");
});

test.each<[string, Trial, string]>([
  [
    "no answer",
    trial({ kind: "failed", why: "it printed nothing", seconds: 1 }, undefined),
    "it printed nothing",
  ],
  ["silence and no record", trial(answered({}), undefined), "the gate is off for it"],
  [
    "a launcher's last word",
    trial(answered({ systemMessage: "Countersign: the review gate is OFF." }), undefined),
    "it left no record; it says: Countersign: the review gate is OFF.",
  ],
  ["a block from nowhere", trial(answered(BLOCK), undefined), "it left no record"],
  ["a record that the host is not told of", trial(answered({}), BLOCKED), "the host was not told"],
  ["a verdict without a look", trial(answered(BLOCK), BLOCKED, false), "no reviewer was shown"],
  ["a wait that nobody has", trial(answered(BLOCK, 31), BLOCKED), "it took 31 s for one line"],
  ["a signature for the planted fault", trial(answered({}), { kind: "allowed", partial: false }), "Signed: "],
  [
    "a stop without a baseline",
    trial(answered({}), { kind: "skipped", why: "no-baseline" }),
    "had no baseline",
  ],
  [
    "a failure, also where it holds the stop back once",
    trial(answered(BLOCK), { kind: "failed", class: "codex-missing", detail: "", blocked: true }),
    "The `codex` program was not found",
  ],
])("not armed: %s", (_what, given, why) => {
  expect(judgeTrial(given)).toMatchObject({ kind: "not-armed", why: expect.stringContaining(why) });
});
