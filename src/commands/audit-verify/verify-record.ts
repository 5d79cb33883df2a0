import type { RecordsAudit } from "#audit/records/audit-records.ts";
import type { RunFinding } from "#audit/records/run-finding.ts";
import { findingText, recordReport } from "#audit/records/run-report.ts";
import { exitCodeOf, verdictOf } from "#audit/records/run-verdict.ts";
import { SessionId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { type Call, printJson } from "#commands/command.ts";
import type { Locations } from "#runs/locations.ts";
import { anchoringOf, anchorText } from "./anchoring.ts";
import type { Target } from "./find-target.ts";
import { storedChains, storedLedger, storedRuns } from "./record-store.ts";
import { checkJson, findingsJson } from "./verify-json.ts";
import { verifyRecords } from "./verify-records.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

type Named = Exclude<Target, { readonly kind: "thread" }>;

/** Judges one record, and prints each of its checks. Returns the exit code. */
export async function verifyRecord(call: Call, locations: Locations, target: Named): Promise<number> {
  const { id } = target.name;
  const audit = await recordAudit(call, locations, target);
  const findings = audit.findings.filter((finding) => isAbout(finding, target));
  const judged = [...audit.receipts, ...audit.runs].find((record) => record.id === id);
  const session = target.kind === "receipt" ? target.name.session : undefined;
  const { chains } =
    session === undefined
      ? { chains: [] }
      : await storedChains(locations, { session: parseShape(session, SessionId) });
  const anchoring = await anchoringOf(
    locations,
    { chains, runs: session === undefined ? 1 : 0 },
    call.signal,
  );
  const standing = judged?.standing ?? "unproven";
  const checks = judged?.checks ?? [];
  if (call.flags.has("json")) {
    printJson(call, "audit-verify", {
      verdict: verdictOf(findings),
      ...anchoring,
      target: { kind: target.kind, id },
      standing,
      checks: checks.map(checkJson),
      findings: findingsJson(findings),
    });
  } else {
    call.stdout.write(recordReport(`${target.kind} ${id}`, standing, checks));
    for (const finding of findings) call.stdout.write(`${findingText(finding)}\n`);
    call.stdout.write(
      `\n${anchorText(anchoring) ?? "Nothing outside of this user's files vouches for it."}\n`,
    );
  }
  return exitCodeOf(findings);
}

/** A turn is one record's, and its record lies within a day of it: only those are looked at beside it. */
async function recordAudit(call: Call, locations: Locations, target: Named): Promise<RecordsAudit> {
  const [from, to] = [dayFrom(target.name.day, -DAY_MS), dayFrom(target.name.day, DAY_MS)];
  const session = target.kind === "receipt" ? target.name.session : undefined;
  const near = await storedChains(locations, { since: from });
  const own =
    session === undefined
      ? []
      : (await storedChains(locations, { session: parseShape(session, SessionId) })).chains;
  const stored = await storedRuns(locations, from);
  const others = near.chains
    .filter((chain) => chain.session !== session)
    .map((chain) => ({ ...chain, receipts: chain.receipts.filter(({ name }) => name.day <= to) }));
  const runs = stored.runs.filter(({ name }) => name.day <= to);
  return await verifyRecords(call, locations, {
    chains: [...own, ...others],
    stored: { ...stored, runs },
    ledger: await storedLedger(locations),
    missing: { runs: [], receipts: [] },
    only: (record) => record.id === target.name.id,
  });
}

/** Of a chain each of its links is a part. */
function isAbout(finding: RunFinding, target: Named): boolean {
  if ("run" in finding) return finding.run === target.name.id;
  if ("receipt" in finding) return finding.receipt === target.name.id;
  return "session" in finding && target.kind === "receipt" && finding.session === target.name.session;
}

function dayFrom(day: string, milliseconds: number): string {
  const at = new Date(Date.parse(day) + milliseconds);
  return Number.isNaN(at.getTime()) ? day : at.toISOString().slice(0, 10);
}
