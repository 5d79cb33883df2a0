import { BASELINE_BUDGET_MS } from "#commands/hooks/begin-session.ts";
import type { Receipt } from "#runs/receipts/receipt.ts";
import type { Asked } from "./played-reviewer.ts";
import { sessionReceipts } from "./records.ts";
import { signedBugs } from "./signed-bugs.ts";
import type { Player, Stage } from "./stage.ts";

/** No wrong block and no wrong allow, and nothing that failed in silence. */
export async function checkVerdicts(stage: Stage): Promise<readonly string[]> {
  const found: string[] = [];
  for (const player of stage.players) {
    const receipts = sessionReceipts(stage, player);
    found.push(
      ...receipts.flatMap((receipt) => judge(stage, receipt)),
      ...tooManyBlocks(stage, player, receipts),
      ...movedBaselines(stage, player, receipts),
      ...(await lateBaselines(stage, player, receipts)),
    );
  }
  return [...found, ...(await blocksWithoutRecord(stage))];
}

function judge(stage: Stage, receipt: Receipt): readonly string[] {
  const { outcome } = receipt;
  switch (outcome.kind) {
    case "allowed":
      return wrongAllow(stage, receipt);
    case "blocked":
      return wrongBlock(stage, receipt);
    default:
      return [];
  }
}

/** A signature needs a whole answer to exactly this request, in which no bug was found. */
function wrongAllow(stage: Stage, receipt: Receipt): readonly string[] {
  const asked = askedFor(stage, receipt);
  if (asked === undefined) {
    return stage.harm.receipts.size > 0 ? [] : [`${receipt.id} is signed, and no answer had its nonce`];
  }
  if (!asked.answered) return [`${receipt.id} is signed on an answer that was none`];
  const open = signedBugs(stage, receipt).filter((token) => !isSettled(receipt, token));
  const unseen = (receipt.scope?.shown ?? []).flatMap(({ path, part }) => {
    const lines = stage.work.planted.filter((one) => one.path === path);
    const shown = lines.some(({ token }) => asked.request.texts.some(({ text }) => text.includes(token)));
    return lines.length === 0 || shown || part ? [] : [path];
  });
  return [
    ...open.map((token) => `${receipt.id} is signed over the bug ${token}`),
    ...unseen.map((path) => `${receipt.id} says that ${path} was shown, and it was not`),
  ];
}

function isSettled({ findings }: Receipt, token: string): boolean {
  return findings.some(({ status, finding }) => status === "settled" && finding.quote.includes(token));
}

/** A block needs a bug that was planted and found. */
function wrongBlock(stage: Stage, receipt: Receipt): readonly string[] {
  const counting = receipt.findings.filter(({ status }) => status === "counts").map(({ finding }) => finding);
  const planted = counting.filter(({ file, quote }) =>
    stage.work.planted.some(({ bug, path, token }) => bug && path === file && quote.includes(token)),
  );
  if (counting.length === 0) return [`${receipt.id} blocks without a finding that counts`];
  return planted.length === counting.length ? [] : [`${receipt.id} blocks for what nobody planted`];
}

/** Returns the request that carried a receipt's review, or the review that it took over. */
export function askedFor(stage: Stage, receipt: Receipt): Asked | undefined {
  const all = stage.players.flatMap((player) => sessionReceipts(stage, player));
  const own = receipt.known === null ? receipt : all.find(({ id }) => id === receipt.known?.receipt);
  const nonce = own?.review?.nonce;
  return nonce === undefined ? undefined : stage.reviewer.asked.findLast((one) => one.nonce === nonce);
}

const MAX_ROUNDS = 3;

function tooManyBlocks({ harm }: Stage, { index }: Player, receipts: readonly Receipt[]): readonly string[] {
  if (harm.sessions.has(index)) return [];
  const counts = new Map<string, number>();
  for (const { outcome, promptId } of receipts) {
    const key =
      outcome.kind === "blocked"
        ? `of prompt ${promptId}`
        : outcome.kind === "failed" && outcome.blocked
          ? `for ${outcome.class}`
          : undefined;
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .filter(([key, count]) => count > (key.startsWith("of") ? MAX_ROUNDS : 1))
    .map(([key, count]) => `session ${index} was held back ${count} times ${key}`);
}

const MOVING = ["allowed", "skipped"];

/** Between two receipts a baseline moves only by a signature, or where the first of them took a new one. */
function movedBaselines(stage: Stage, { index }: Player, receipts: readonly Receipt[]): readonly string[] {
  const restarted = stage.calls.some(
    ({ hook, session, label }) => hook === "session-start" && session === index && label.includes("+"),
  );
  const { harm } = stage;
  if (harm.sessions.has(index) || harm.disk || harm.stores || restarted) return [];
  return receipts.flatMap((receipt, at) => {
    const before = receipts[at - 1];
    if (before === undefined || receipt.baseline === null || before.baseline === null) return [];
    if (MOVING.includes(before.outcome.kind) || receipt.n !== before.n + 1) return [];
    return receipt.baseline.tree === before.baseline.tree
      ? []
      : [`${receipt.id} counts from another baseline, after ${before.outcome.kind}`];
  });
}

/** A baseline is late only where the session's start, or its file, did not come through the storm. */
async function lateBaselines(
  { harm, calls }: Stage,
  { index }: Player,
  receipts: readonly Receipt[],
): Promise<readonly string[]> {
  const starts = calls.filter(({ hook, session }) => hook === "session-start" && session === index);
  const took = await Promise.all(starts.map(async ({ startedAt, ended }) => (await ended).at - startedAt));
  if (harm.sessions.has(index) || harm.disk || took.some((ms) => ms >= BASELINE_BUDGET_MS)) return [];
  // Another host of the session can stop while the first one's start goes on.
  const begun = Math.max(...(await Promise.all(starts.map(async ({ ended }) => (await ended).at))));
  return receipts.flatMap(({ id, at, outcome }) =>
    outcome.kind === "skipped" && outcome.why === "no-baseline" && Date.parse(at) > begun
      ? [`${id} takes a baseline though there was one`]
      : [],
  );
}

/** What the host is told is what is on record; and what failed is told. */
async function blocksWithoutRecord(stage: Stage): Promise<readonly string[]> {
  const violations: string[] = [];
  for (const player of stage.players) {
    const receipts = sessionReceipts(stage, player);
    const onRecord = receipts.filter(
      ({ outcome }) => outcome.kind === "blocked" || (outcome.kind === "failed" && outcome.blocked),
    );
    const calls = stage.calls.filter(({ hook, session }) => hook === "stop" && session === player.index);
    const ends = await Promise.all(calls.map(({ ended }) => ended));
    const told = ends.filter(({ answer }) => answer?.decision === "block").length;
    const damaged = [...stage.harm.receipts].some((path) => path.includes(player.id));
    if (told > onRecord.length && !damaged) {
      violations.push(
        `session ${player.index} was held back ${told} times, ${onRecord.length} of them on record`,
      );
    }
    const failed = receipts.filter(({ outcome }) => outcome.kind === "failed").length;
    const silent = ends.filter(
      ({ answer }) => answer !== undefined && answer.systemMessage === undefined,
    ).length;
    const quiet = receipts.filter(
      ({ outcome }) => outcome.kind === "skipped" || outcome.kind === "joined" || outcome.kind === "deferred",
    ).length;
    if (silent > quiet && !damaged) {
      violations.push(
        `session ${player.index}: ${silent} silent answers, ${quiet} quiet and ${failed} failed outcomes on record`,
      );
    }
  }
  return violations;
}
