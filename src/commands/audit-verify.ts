import { join } from "node:path";
import type { Chain, ChainEnd } from "#audit/chain.ts";
import { auditRuns, type RolloutCheck, type RunAudit } from "#audit/run-checks.ts";
import { RUN_FINDINGS } from "#audit/run-finding-texts.ts";
import { runReport } from "#audit/run-report.ts";
import { exitCodeOf, verdictOf } from "#audit/run-verdict.ts";
import { errorText } from "#base/fault.ts";
import type { SessionId } from "#base/ids.ts";
import { count } from "#base/text.ts";
import { checkRollout } from "#codex/rollout/rollout.ts";
import { type Locations, locationsOf } from "#runs/locations.ts";
import { type PrunedChain, prunedChains, prunedText } from "#runs/prune/pruned.ts";
import type { RolloutSeal } from "#runs/receipt.ts";
import type { StoredReceipt } from "#runs/receipt-files.ts";
import { listReceipts, type ReceiptList } from "#runs/receipts.ts";
import { laterVersion } from "#runs/schema-version.ts";
import { listSessions } from "#runs/session-file.ts";
import { type Call, type Command, JSON_OPTION, printJson } from "./command.ts";
import { sessionOption } from "./session-option.ts";

/** `countersign audit verify`: whether the records still say what was written. */
export const auditVerify: Command = {
  name: "audit verify",
  summary: "Check every receipt against its chain and against Codex's own files.",
  usage: "[--session ID] [--json]",
  options: {
    session: { type: "string", value: "ID", help: "only this session" },
    json: JSON_OPTION,
  },
  run: verify,
};

/** Exit code 0 where all holds, 1 where something is wrong, 2 where it could not be told. */
async function verify(call: Call): Promise<number> {
  const locations = locationsOf(call.environment, call.home, call.platform);
  const session = sessionOption(call);
  const list = await listReceipts(locations, { session });
  const pruned = prunedChains(locations);
  const chains = chainsOf(locations, { list, pruned }, session);
  if (session !== undefined && chains.length === 0) {
    call.stderr.write(`countersign: ${nothingOf(session, pruned)}\n`);
    return 2;
  }
  const rollouts = await checkRollouts(call, list.receipts);
  const audit = auditRuns(chains, rollouts);
  const code = exitCodeOf(audit.findings);
  const wanted = pruned.filter((one) => session === undefined || one.session === session);
  if (call.flags.has("json")) printJson(call, "audit-verify", { ...jsonOf(audit), pruned: wanted });
  else call.stdout.write(`${runReport(audit)}${prunedLine(wanted)}`);
  return code;
}

function nothingOf(session: SessionId, pruned: readonly PrunedChain[]): string {
  const gone = pruned.findLast((one) => one.session === session);
  if (gone !== undefined) return prunedText(gone);
  return `nothing is on record of session ${session}; \`countersign audit runs\` lists what is`;
}

function prunedLine(pruned: readonly PrunedChain[]): string {
  if (pruned.length === 0) return "";
  const receipts = pruned.reduce((sum, one) => sum + one.receipts.count, 0);
  const last = pruned.at(-1)?.at.slice(0, 10);
  return `Not checked, because they were pruned: ${count(pruned.length, "session")} with ${count(receipts, "receipt")}, the last on ${last}.\n`;
}

/** One chain for each session that has receipts, or whose file says that it had. */
function chainsOf(
  locations: Locations,
  { list, pruned }: { readonly list: ReceiptList; readonly pruned: readonly PrunedChain[] },
  only: SessionId | undefined,
): readonly Chain[] {
  const ends = sessionEnds(locations, only);
  const gone = new Map<string, PrunedChain>(pruned.map((one) => [one.session, one]));
  const named = [...list.receipts, ...list.unreadable].map(({ name }) => name.session);
  return [...new Set([...named, ...ends.keys()])].sort().map((session) => ({
    session,
    receipts: list.receipts.filter(({ name }) => name.session === session),
    unreadable: list.unreadable.filter(({ name }) => name.session === session),
    end: ends.get(session) ?? { kind: "none" },
    pruned: gone.get(session),
  }));
}

function sessionEnds(locations: Locations, only: SessionId | undefined): ReadonlyMap<string, ChainEnd> {
  const ends = new Map<string, ChainEnd>();
  for (const { id, read } of listSessions(locations)) {
    if (only !== undefined && id !== only) continue;
    if (read.kind === "session") ends.set(id, { kind: "recorded", receipts: read.session.receipts });
    if (read.kind === "corrupt") ends.set(id, { kind: "unreadable", path: read.path, detail: read.detail });
    if (read.kind === "newer") {
      ends.set(id, { kind: "unreadable", path: read.path, detail: laterVersion(read.schema) });
    }
  }
  return ends;
}

async function checkRollouts(
  call: Call,
  receipts: readonly StoredReceipt[],
): Promise<ReadonlyMap<string, RolloutCheck>> {
  const checks = new Map<string, RolloutCheck>();
  for (const { name, receipt } of receipts) {
    const { review } = receipt;
    if (review === null || review.rollout === null) continue;
    checks.set(name.id, await checkSeal(codexHomes(call, review.rollout), review.threadId, review.rollout));
  }
  return checks;
}

/** Asks each home in turn: the thread is missing only where none of them has it. */
async function checkSeal(
  homes: readonly string[],
  threadId: string,
  seal: RolloutSeal,
): Promise<RolloutCheck> {
  try {
    for (const home of homes) {
      const kind = await checkRollout(home, threadId, seal);
      if (kind !== "missing") return { kind };
    }
    return { kind: "missing" };
  } catch (error) {
    return { kind: "unchecked", detail: errorText(error) };
  }
}

/** The home that the review used, as its seal tells, and the one that this shell uses: they can differ. */
function codexHomes(call: Call, { path }: RolloutSeal): readonly string[] {
  const used = /^(.*)[\\/](?:archived_)?sessions[\\/]/.exec(path)?.[1];
  const named = call.environment["CODEX_HOME"];
  const own = named === undefined || named === "" ? join(call.home, ".codex") : named;
  return used === undefined || used === own ? [own] : [used, own];
}

function jsonOf(audit: RunAudit): Readonly<Record<string, unknown>> {
  const findings = audit.findings.map((finding) => ({ ...RUN_FINDINGS[finding.kind], ...finding }));
  return { verdict: verdictOf(audit.findings), anchored: false, receipts: audit.receipts, findings };
}
