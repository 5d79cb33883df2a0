import type { JudgedClaim } from "#audit/claims/claim-verdict.ts";
import type { SeenRun } from "#audit/claims/seen-run.ts";
import type { AuditedSession } from "./audited-session.ts";
import { claimedText, courseText, reasonOf, sums, told } from "./claim-words.ts";

/** Returns an audit of a session for programs. Secret-looking values are replaced. */
export function sessionJson({ said, evidence, audit }: AuditedSession): Readonly<Record<string, unknown>> {
  const { transcript, session, from, to, lines, damage, leftOut, folders } = said;
  const wanted = new Set([
    ...audit.claims.flatMap(({ verdict }) => verdict.runs),
    ...audit.unclaimed.map(({ id }) => id),
  ]);
  return {
    session: session ?? null,
    transcript,
    from: moment(from),
    to: moment(to),
    lines,
    folders,
    agents: said.agents.size,
    homes: evidence.homes,
    sums: sums(audit.claims),
    claims: audit.claims.map(claimJson),
    runs: evidence.runs.filter(({ id }) => wanted.has(id)).map(runJson),
    unclaimed: audit.unclaimed.map(({ id }) => id),
    damage,
    leftOut,
    notes: evidence.notes,
  };
}

function runJson(run: SeenRun): Readonly<Record<string, unknown>> {
  const { id, thread, rollout, began, ended, cwd, source, originator, end, detail, record, receipt, forged } =
    run;
  return {
    id,
    thread: thread ?? null,
    rollout: rollout ?? null,
    began: moment(began),
    ended: moment(ended),
    cwd: cwd ?? null,
    source: source ?? null,
    originator: originator ?? null,
    end,
    detail: told(detail),
    record: record ?? null,
    receipt: receipt?.id ?? null,
    forged,
  };
}

function claimJson(judged: JudgedClaim): Readonly<Record<string, unknown>> {
  const { id, claim, verdict, checks, rests } = judged;
  const reason = reasonOf(judged);
  return {
    id,
    kind: claim.kind,
    claimed: claimedText(claim),
    told: courseText(claim) ?? null,
    where: {
      file: claim.place.file,
      line: claim.place.line,
      uuid: claim.place.uuid ?? null,
      agent: claim.place.agent ?? null,
      at: moment(claim.place.at),
    },
    verdict: verdict.kind,
    why: reason?.why ?? null,
    means: reason?.means ?? null,
    next: reason?.next ?? null,
    page: reason?.page ?? null,
    runs: verdict.runs,
    rests,
    checks: checks.map((check) => ({ ...check, detail: told(check.detail) })),
  };
}

function moment(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
