import { claimsOfReceipt } from "#audit/evidence/claims-of-receipt.ts";
import { claimsOfRun } from "#audit/evidence/claims-of-run.ts";
import type { Chain } from "#audit/records/chain.ts";
import { exitCodeOf, verdictOf } from "#audit/records/run-verdict.ts";
import { SessionId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { timeOfId } from "#codex/rollout/list-rollouts.ts";
import { rolloutPaths } from "#codex/rollout/rollout.ts";
import { type RolloutOutline, rolloutOutline } from "#codex/rollout/rollout-outline.ts";
import { type Call, printJson } from "#commands/command.ts";
import type { Locations } from "#runs/locations.ts";
import type { StoredRun } from "#runs/records/run-files.ts";
import { homesOf } from "./gather-evidence.ts";
import { storedChains, storedLedger, storedRuns } from "./record-store.ts";
import { type ThreadClaim, threadJson, threadText } from "./thread-report.ts";
import { findingsJson } from "./verify-json.ts";
import { verifyRecords } from "./verify-records.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * Says what Codex's own file tells of a thread, and which records claim it. Returns 0 where Codex has it
 * and every record of it holds, 1 where a record does not or there is neither file nor record.
 */
export async function verifyThread(call: Call, locations: Locations, threadId: string): Promise<number> {
  const begun = timeOfId(threadId);
  const since = begun === undefined ? "" : new Date(begun - DAY_MS).toISOString();
  const near = await storedChains(locations, { since });
  const stored = await storedRuns(locations, since);
  const ids = claimants(threadId, { chains: near.chains, runs: stored.runs });
  const chains = await wholeChains(locations, near.chains, ids);
  const outlines = await outlinesOf(
    threadId,
    homesHere(call, { chains, runs: stored.runs }, ids),
    call.signal,
  );
  const audit = await verifyRecords(call, locations, {
    chains,
    stored: { ...stored, unreadable: [] },
    ledger: { ...(await storedLedger(locations)), troubles: [] },
    missing: { runs: [], receipts: [] },
    only: ({ id }) => ids.has(id),
  });
  const claims: readonly ThreadClaim[] = [
    ...audit.receipts.map(({ id, standing }) => ({ id, kind: "gate-review", standing })),
    ...audit.runs.map(({ id, kind, standing }) => ({ id, kind, standing })),
  ];
  const verified = { threadId, outlines, claims };
  const isKnown = outlines.length > 0 || claims.length > 0;
  if (call.flags.has("json")) {
    printJson(call, "audit-verify", {
      verdict: isKnown ? verdictOf(audit.findings) : "no-evidence",
      anchored: false,
      target: { kind: "thread", id: threadId },
      ...threadJson(verified),
      findings: findingsJson(audit.findings),
    });
  } else call.stdout.write(threadText(verified, audit.findings));
  return isKnown ? exitCodeOf(audit.findings) : 1;
}

/** A chain goes back further than the thread that one of its receipts names. */
async function wholeChains(
  locations: Locations,
  near: readonly Chain[],
  ids: ReadonlySet<string>,
): Promise<readonly Chain[]> {
  const whole: Chain[] = [];
  for (const { session, receipts } of near) {
    if (!receipts.some(({ name }) => ids.has(name.id))) continue;
    const { chains } = await storedChains(locations, { session: parseShape(session, SessionId) });
    whole.push(...chains);
  }
  return whole;
}

type Stored = {
  readonly chains: readonly Chain[];
  readonly runs: readonly StoredRun[];
};

/** A review is done in a thread of its own, which the record of its parent names too. */
function claimants(threadId: string, { chains, runs }: Stored): ReadonlySet<string> {
  const receipts = chains.flatMap((chain) => chain.receipts);
  return new Set([
    ...receipts.flatMap(({ name, receipt }) => (receipt.review?.threadId === threadId ? [name.id] : [])),
    ...runs.flatMap(({ name, ended }) => {
      const named = [ended?.threadId, ...(ended?.rollouts ?? []).map((rollout) => rollout.threadId)];
      return named.includes(threadId) ? [name.id] : [];
    }),
  ]);
}

/** The homes that the records of it name, and this shell's. */
function homesHere(call: Call, { chains, runs }: Stored, ids: ReadonlySet<string>): readonly string[] {
  const receipts = chains.flatMap((chain) => chain.receipts).filter(({ name }) => ids.has(name.id));
  const homes = [
    ...receipts.flatMap(({ receipt }) => homesOf(call, claimsOfReceipt(receipt) ?? { rollouts: [] })),
    ...runs
      .filter(({ name }) => ids.has(name.id))
      .flatMap((run) => {
        const claims = run.ended === undefined ? undefined : claimsOfRun(run.begun, run.ended);
        return homesOf(call, claims ?? { rollouts: [] }, run);
      }),
  ];
  return [...new Set([...homes, ...homesOf(call, { rollouts: [] })])];
}

async function outlinesOf(
  threadId: string,
  homes: readonly string[],
  signal: AbortSignal,
): Promise<readonly RolloutOutline[]> {
  const outlines: RolloutOutline[] = [];
  for (const path of new Set(homes.flatMap((home) => [...rolloutPaths(home, threadId)]))) {
    const outline = await rolloutOutline(path, signal);
    if (outline?.threadId === threadId) outlines.push(outline);
  }
  return outlines;
}
