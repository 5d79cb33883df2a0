import type { CodexClaim } from "#claude/delegations/delegation.ts";
import type { ClaimVerdict, JudgedClaim } from "./claim-verdict.ts";
import { isWork, type Resting, restingOn, type Standing, timeOf } from "./resting.ts";
import type { SeenEvidence, SeenRun } from "./seen-run.ts";

type ProseClaim = Extract<CodexClaim, { kind: "prose" }>;

/**
 * Returns what stands behind a sentence: the session's own work on the thread that it names, else the calls since a person last spoke,
 * else a backed one before that, a review by the gate, or a run that something else started. A thread that
 * is older than the session and had no turn in it was replayed.
 */
export function judgeProse(claim: ProseClaim, standing: Standing): Resting {
  const at = timeOf(claim);
  const named = byThread(claim, standing);
  if (named !== undefined) return named;
  const before = standing.judged.filter((one) => isWork(one) && timeOf(one.claim) <= at);
  const turn = standing.said.prompts.findLast((prompt) => prompt <= at) ?? 0;
  const near = before.filter((one) => timeOf(one.claim) >= turn);
  if (near.length > 0) return restingOn(near, "no-call-before");
  const backed = before.filter(({ verdict }) => verdict.kind === "backed");
  if (backed.length > 0) return restingOn(backed, "no-call-before");
  return withoutCall(claim, standing, before);
}

function byThread({ place, ...claim }: ProseClaim, standing: Standing): Resting | undefined {
  const { said, evidence } = standing;
  const threads = claim.threads.filter((thread) => thread !== said.session);
  if (threads.length === 0) return undefined;
  const known = evidence.threads.find((one) => threads.includes(one.thread));
  if (known === undefined)
    return { verdict: { kind: "unbacked", why: "rollout-missing", runs: [] }, rests: [] };
  const turns = evidence.runs.filter(
    (run) => run.thread === known.thread && isOfSession(run, said.from) && run.began <= (place.at ?? 0),
  );
  if (turns.length === 0)
    return { verdict: { kind: "unbacked", why: "replayed", runs: [known.thread] }, rests: [] };
  const calls = standing.judged.filter((one) => isWork(one) && worked(one, turns));
  if (calls.length > 0) return restingOn(calls, "no-call-before");
  return { verdict: withoutOwnCall(turns, said), rests: [] };
}

/** A review is done in a thread of its own, which its output may name too. */
function worked({ verdict }: JudgedClaim, turns: readonly SeenRun[]): boolean {
  if (verdict.kind !== "backed" && verdict.kind !== "partly") return false;
  return verdict.runs.some((run) =>
    turns.some(({ id, parent }) => id === run || run.split("/")[0] === parent),
  );
}

/** Any thread of the machine can be named: only what the session itself had Codex do stands behind its words. */
function withoutOwnCall(turns: readonly SeenRun[], { session, folders }: Standing["said"]): ClaimVerdict {
  const honest = turns.filter(({ forged }) => !forged);
  const reviews = honest.filter(({ receipt }) => receipt !== undefined && receipt.session === session);
  const near = honest.filter((run) => worksIn(run, folders));
  const runs = (all: readonly SeenRun[]) => all.map(({ id }) => id);
  if (honest.length === 0) return { kind: "unbacked", why: "forged-rollout", runs: runs(turns) };
  if (reviews.length > 0) return { kind: "backed", runs: runs(reviews) };
  if (near.length > 0) return { kind: "partly", why: "other-run", runs: runs(near) };
  return { kind: "unbacked", why: "other-cwd", runs: runs(honest) };
}

function withoutCall(claim: ProseClaim, standing: Standing, before: readonly JudgedClaim[]): Resting {
  const { said, evidence } = standing;
  const at = timeOf(claim);
  const reviews = evidence.runs.filter(
    ({ receipt, began }) => receipt !== undefined && receipt.session === said.session && began <= at,
  );
  if (reviews.length > 0)
    return { verdict: { kind: "backed", runs: reviews.map(({ id }) => id) }, rests: [] };
  if (before.length > 0) return restingOn(before, "no-call-before");
  const others = evidence.runs.filter(
    (run) =>
      run.receipt === undefined &&
      !run.forged &&
      isOfSession(run, said.from) &&
      run.began <= at &&
      worksIn(run, said.folders),
  );
  if (others.length > 0)
    return { verdict: { kind: "partly", why: "other-run", runs: others.map(({ id }) => id) }, rests: [] };
  const old = replayedBefore(at, said, evidence);
  if (old.length > 0) return { verdict: { kind: "unbacked", why: "replayed", runs: old }, rests: [] };
  return restingOn([], "no-call-before");
}

function replayedBefore(
  at: number,
  { mentions, from = 0 }: Standing["said"],
  { threads }: SeenEvidence,
): readonly string[] {
  const read = new Set(mentions.filter(({ place }) => (place.at ?? 0) <= at).map(({ thread }) => thread));
  return threads
    .filter(({ thread, lastTurn, began }) => read.has(thread) && (lastTurn ?? began ?? 0) < from)
    .map(({ thread }) => thread);
}

function isOfSession({ began }: SeenRun, from: number | undefined): boolean {
  return began >= (from ?? 0);
}

/** Returns whether a run worked in one of these folders, or in one below. */
export function worksIn({ cwd }: SeenRun, folders: readonly string[]): boolean {
  return cwd !== undefined && folders.some((folder) => cwd === folder || cwd.startsWith(`${folder}/`));
}
