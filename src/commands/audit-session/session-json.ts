import type { JudgedClaim } from "#audit/claims/claim-verdict.ts";
import { redacted } from "#gate/redact/redact.ts";
import type { AuditedSession } from "./audited-session.ts";
import { claimedText, courseText, reasonOf, sums } from "./claim-words.ts";

/** Returns an audit of a session for programs. Times are epoch milliseconds; secret-looking values are replaced. */
export function sessionJson({ said, evidence, audit }: AuditedSession): Readonly<Record<string, unknown>> {
  const { transcript, session, from, to, lines, damage, leftOut, folders } = said;
  const wanted = new Set([
    ...audit.claims.flatMap(({ verdict }) => verdict.runs),
    ...audit.unclaimed.map(({ id }) => id),
  ]);
  return {
    session: session ?? null,
    transcript,
    from: from ?? null,
    to: to ?? null,
    lines,
    folders,
    agents: said.agents.size,
    homes: evidence.homes,
    sums: sums(audit.claims),
    claims: audit.claims.map(claimJson),
    runs: evidence.runs
      .filter(({ id }) => wanted.has(id))
      .map(({ prompts: _, answer: __, detail, ...run }) => ({ ...run, detail: redacted(detail).text })),
    unclaimed: audit.unclaimed.map(({ id }) => id),
    damage,
    leftOut,
    notes: evidence.notes,
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
      at: claim.place.at ?? null,
    },
    verdict: verdict.kind,
    why: reason?.why ?? null,
    means: reason?.means ?? null,
    next: reason?.next ?? null,
    page: reason?.page ?? null,
    runs: verdict.runs,
    rests,
    checks,
  };
}
