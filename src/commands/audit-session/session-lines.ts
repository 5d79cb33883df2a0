import type { JudgedClaim } from "#audit/claims/claim-verdict.ts";
import { count } from "#base/text.ts";
import type { TranscriptDamage } from "#claude/delegations/delegation.ts";
import type { AuditedSession } from "./audited-session.ts";
import { claimedText, courseText, reasonOf, runText, sums } from "./claim-words.ts";

const MOST_DAMAGE = 10;
const MOST_UNCLAIMED = 10;
const MARGIN = 10;

/** Returns an audit of a session as lines: how it stands, a block for each claim, and what else was seen. */
export function sessionLines(session: AuditedSession): readonly string[] {
  const { said, evidence, audit } = session;
  const homes = evidence.homes.map(({ path, state, detail, why }) =>
    row(
      "",
      `${path}: ${state === "read" ? detail : `${state}${state === "absent" ? "" : ` (${detail})`}`} (${why.join(", ")})`,
    ),
  );
  return [
    headLine(session),
    row(
      "read",
      `${said.transcript}, ${count(said.lines, "line")}, ${count(said.agents.size, "sub-agent")}${spanText(said)}`,
    ),
    ...homes.map((line, index) => (index === 0 ? line.replace(/^ {10}/, "homes     ") : line)),
    ...audit.claims.flatMap((claim) => ["", ...claimLines(claim, session)]),
    ...unclaimedLines(session),
    ...damageLines(said.damage),
    ...(said.leftOut > 0
      ? ["", `${count(said.leftOut, "more claim")} were left out: there are too many.`]
      : []),
    ...evidence.notes.map((note) => `note      ${note}`),
  ];
}

function headLine({ said, audit }: AuditedSession): string {
  const session = `Session ${said.session ?? "of no id"}`;
  if (audit.claims.length === 0) return `${session}: nothing in it claims that Codex ran.`;
  const parts = Object.entries(sums(audit.claims)).flatMap(([kind, sum]) =>
    sum === 0 ? [] : [`${sum} ${kind}`],
  );
  return `${session}: ${count(audit.claims.length, "claim")} that Codex ran: ${parts.join(", ")}.`;
}

function spanText({ from, to }: AuditedSession["said"]): string {
  return from === undefined || to === undefined ? "" : `, ${time(from)} to ${time(to)} UTC`;
}

function claimLines(judged: JudgedClaim, { evidence, said }: AuditedSession): readonly string[] {
  const { id, claim, verdict, checks, rests } = judged;
  const reason = reasonOf(judged);
  const { place } = claim;
  const agent = place.agent === undefined ? "" : `, sub-agent ${place.agent}`;
  const file = place.file === said.transcript ? "" : ` of ${place.file}`;
  const at = place.at === undefined ? "" : `, ${time(place.at)} UTC`;
  const course = courseText(claim);
  const of = (result: string) => checks.filter((check) => check.result === result);
  const told = (word: string, result: string) =>
    of(result).map((check) => row(word, `${check.name}: ${check.detail}`));
  const held = of("holds").map(({ name }) => name);
  return [
    `${id.padEnd(MARGIN)}${verdict.kind.toUpperCase()}${reason === undefined ? "" : `: ${reason.title} (${reason.why})`}`,
    row("claimed", claimedText(claim)),
    row(
      "where",
      `line ${place.line}${file}${agent}${at}${place.uuid === undefined ? "" : `, ${place.uuid}`}`,
    ),
    ...(course === undefined ? [] : [row("told", course)]),
    ...(reason === undefined ? [] : [row("why", reason.means)]),
    ...(rests.length === 0 ? [] : [row("rests on", rests.join(", "))]),
    ...verdict.runs.map((run) => row("run", runText(run, evidence.runs))),
    ...(held.length === 0 ? [] : [row("for", held.join(", "))]),
    ...told("against", "fails"),
    ...told("unknown", "unknown"),
    ...(reason === undefined ? [] : [row("next", reason.next)]),
  ];
}

function unclaimedLines({ audit, evidence }: AuditedSession): readonly string[] {
  const { unclaimed } = audit;
  if (unclaimed.length === 0) return [];
  const shown = unclaimed.slice(0, MOST_UNCLAIMED).map(({ id }) => row("run", runText(id, evidence.runs)));
  const more = unclaimed.length - shown.length;
  return [
    "",
    `${count(unclaimed.length, "run")} of Codex in this time and these folders that nothing in the session claims:`,
    ...shown,
    ...(more > 0 ? [row("", `and ${more} more; --json has them all`)] : []),
  ];
}

function damageLines(damage: readonly TranscriptDamage[]): readonly string[] {
  if (damage.length === 0) return [];
  const shown = damage
    .slice(0, MOST_DAMAGE)
    .map(({ file, line, what, detail }) =>
      row("damage", `${file}${line === null ? "" : `, line ${line}`}: ${detail} (${what})`),
    );
  const more = damage.length - shown.length;
  return [
    "",
    "Not all of the transcript could be read: what stood there may have been a claim.",
    ...shown,
    ...(more > 0 ? [row("", `and ${more} more; --json has them`)] : []),
  ];
}

function row(word: string, text: string): string {
  return `${word.padEnd(MARGIN)}${text}`;
}

function time(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace("T", " ");
}
