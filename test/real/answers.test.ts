import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { closeBreaker } from "#test/close-breaker.ts";
import { type GateWorld, makeGateWorld, type WorldSession } from "#test/gate-world.ts";
import type { ReviewerRequest } from "#test/responses-request.ts";
import {
  type Action,
  type AnswerFinding,
  nonceOf,
  reviewAnswer,
  runCommand,
  say,
} from "#test/reviewer-action.ts";

const FILE = "src/rate.js";

let world: GateWorld;
let session: WorldSession;
let line = "";
let edits = 0;
beforeAll(async () => {
  world = await makeGateWorld((request) => reviewAnswer(request));
});
beforeEach(async () => {
  await closeBreaker(world.state);
  session = world.session();
  await session.start();
  edit();
});
afterAll(async () => {
  await world.close();
});

/** Changes the file's only line. */
function edit(): void {
  edits += 1;
  line = `export const rate = ${edits};`;
  world.repository.write(FILE, `${line}\n`);
}

/** A finding that holds, with what a test makes wrong about it. */
function finding(changes: Partial<AnswerFinding> = {}): AnswerFinding {
  return { file: FILE, line_start: 1, quote: line, title: "The rate is wrong", ...changes };
}

/** A valid answer as the text that it is. */
function validText(request: ReviewerRequest, changes: Readonly<Record<string, unknown>> = {}): string {
  const answer = { request_id: nonceOf(request.prompt), decision: "ALLOW", summary: "", examined: [] };
  return JSON.stringify({ ...answer, findings: [], ...changes });
}

type Case = readonly [string, string, (request: ReviewerRequest) => Action];

test.each<Case>([
  [
    "both decisions at once",
    "answer-contradicts-itself",
    (request) => say(validText(request).replace('"ALLOW"', '"BLOCK","decision":"ALLOW"')),
  ],
  [
    "BLOCK without a finding, twice",
    "answer-contradicts-itself",
    (request) => say(validText(request, { decision: "BLOCK" })),
  ],
  [
    "ALLOW although each of its commands failed",
    "reviewer-blind",
    (request) =>
      request.outputs.length < 2
        ? runCommand(request, `ls /nowhere-${request.outputs.length}`)
        : reviewAnswer(request),
  ],
])("%s is no verdict", async (_name, kind, answer) => {
  world.api.play(answer);
  const stopped = await session.stop();
  expect(stopped.decision).toBeUndefined();
  expect(stopped.systemMessage).toContain(`[${kind}]`);
  expect(stopped.systemMessage).toContain("unsigned");
  expect(session.outcomes()).toEqual([`failed(${kind})`]);

  world.api.play((request) => reviewAnswer(request));
  expect((await session.stop()).systemMessage).toContain("signed by");
  expect(session.outcomes().at(-1)).toBe("allowed");
});

test("the id of an earlier round is no answer to this one", async () => {
  const nonces: string[] = [];
  world.api.play((request) => {
    nonces.push(nonceOf(request.prompt) ?? "");
    return reviewAnswer(request, [finding()]);
  });
  await session.stop();
  edit();
  world.api.play((request) => say(validText(request, { request_id: nonces[0] })));
  expect((await session.stop()).systemMessage).toContain("[answer-wrong-request]");
  expect(session.outcomes()).toEqual(["blocked", "failed(answer-wrong-request)"]);
});

test.each<readonly [string, string, Partial<AnswerFinding>]>([
  ["whose quote is nowhere", "quote-not-found", { quote: "export const invented = 7;" }],
  ["whose quote says nothing", "quote-empty", { quote: "};" }],
  ["in a file that is not in the change", "file-not-in-scope", { file: "README.md" }],
  ["in a file above the repository", "file-not-in-scope", { file: `../work/${FILE}` }],
  ["far beyond the file's end", "lines-not-in-file", { line_start: 900 }],
])("a finding %s is corrected once, then does not block", async (_name, doubt, changes) => {
  world.api.play((request) => reviewAnswer(request, [finding(changes)]));
  const before = world.api.requests.length;
  const stopped = await session.stop();
  expect(stopped.decision).toBeUndefined();
  expect(world.api.requests).toHaveLength(before + 2);
  expect(world.api.requests.at(-1)?.prompt).toContain("nothing in it counts");
  expect(session.receipts().at(-1)).toMatchObject({
    review: { corrected: true, decision: "BLOCK" },
    findings: [{ status: "unverified", doubt }],
  });
});

test("a finding that was put right after the correction blocks", async () => {
  const before = world.api.requests.length;
  world.api.play((request) =>
    reviewAnswer(request, [finding(request.number === before + 1 ? { quote: "invented text" } : {})]),
  );
  expect((await session.stop()).decision).toBe("block");
  expect(world.api.requests).toHaveLength(before + 2);
  expect(session.receipts().at(-1)?.review?.turnIds).toHaveLength(2);
});

test("prose after the correction is no verdict", async () => {
  const before = world.api.requests.length;
  world.api.play((request) =>
    request.number === before + 1
      ? reviewAnswer(request, [finding({ quote: "invented text" })])
      : say("You are right, I withdraw it."),
  );
  expect((await session.stop()).systemMessage).toContain("[answer-not-json]");
  expect(session.outcomes()).toEqual(["failed(answer-not-json)"]);
});

test("ALLOW beside a finding that counts holds the stop back", async () => {
  world.api.play((request) => reviewAnswer(request, [finding()], { decision: "ALLOW" }));
  expect((await session.stop()).decision).toBe("block");
  expect(session.receipts().at(-1)?.review?.decision).toBe("ALLOW");
});

test.each<readonly [string, Partial<AnswerFinding>]>([
  ["low severity", { severity: "low" }],
  ["medium severity", { severity: "medium" }],
  ["a question only", { kind: "question", severity: "critical" }],
])("a finding of %s is noted and does not block", async (_name, changes) => {
  world.api.play((request) => reviewAnswer(request, [finding(changes)]));
  const before = world.api.requests.length;
  const stopped = await session.stop();
  expect(stopped.decision).toBeUndefined();
  expect(stopped.systemMessage).toContain("1 finding noted");
  expect(world.api.requests).toHaveLength(before + 1);
  expect(session.receipts().at(-1)?.findings).toMatchObject([{ status: "note" }]);
});
