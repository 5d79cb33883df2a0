import type { JudgedClaim } from "#audit/claims/claim-verdict.ts";
import type { SeenHome } from "#audit/claims/seen-run.ts";
import { count } from "#base/text.ts";
import type { TranscriptDamage } from "#claude/delegations/delegation.ts";
import type { AuditedSession } from "./audited-session.ts";
import { claimedText, courseText, reasonOf, runText, sums, told } from "./claim-words.ts";

const MOST_DAMAGE = 10;
const MOST_UNCLAIMED = 10;

/** A line of the report: behind a word in the margin, or from the margin on where it has none. */
export type SessionLine = { readonly word: string | undefined; readonly text: string };

/** Returns an audit of a session as lines: how it stands, a block for each claim, and what else was seen. */
export function sessionLines(session: AuditedSession): readonly SessionLine[] {
  const { said, evidence, audit } = session;
  return [
    plain(headLine(session)),
    row("read", readText(said)),
    ...evidence.homes.map((home, index) => row(index === 0 ? "homes" : "", homeText(home))),
    ...audit.claims.flatMap((claim) => [plain(""), ...claimLines(claim, session)]),
    ...unclaimedLines(session),
    ...damageLines(said.damage),
    ...(said.leftOut > 0
      ? [plain(""), plain(`There are too many claims: ${said.leftOut} more were left out.`)]
      : []),
    ...evidence.notes.map((note) => row("note", note)),
  ];
}

function readText({ transcript, lines, agents, from, to }: AuditedSession["said"]): string {
  const span = from === undefined || to === undefined ? "" : `, ${time(from)} to ${time(to)} UTC`;
  return `${transcript}, ${count(lines, "line")}, ${count(agents.size, "sub-agent")}${span}`;
}

function homeText({ path, state, detail, why }: SeenHome): string {
  const told = state === "unreadable" ? `unreadable (${detail})` : state === "absent" ? "absent" : detail;
  return `${path}: ${told} (${why.join(", ")})`;
}

function headLine({ said, audit }: AuditedSession): string {
  const session = `Session ${said.session ?? "of no id"}`;
  if (audit.claims.length === 0) return `${session}: nothing in it claims that Codex ran.`;
  const parts = Object.entries(sums(audit.claims)).flatMap(([kind, sum]) =>
    sum === 0 ? [] : [`${sum} ${kind}`],
  );
  return `${session}: ${count(audit.claims.length, "claim")} that Codex ran: ${parts.join(", ")}.`;
}

function claimLines(judged: JudgedClaim, { evidence, said }: AuditedSession): readonly SessionLine[] {
  const { id, claim, verdict, checks, rests } = judged;
  const reason = reasonOf(judged);
  const { place } = claim;
  const agent = place.agent === undefined ? "" : `, sub-agent ${place.agent}`;
  const file = place.file === said.transcript ? "" : ` of ${place.file}`;
  const at = place.at === undefined ? "" : `, ${time(place.at)} UTC`;
  const course = courseText(claim);
  const of = (result: string) => checks.filter((check) => check.result === result);
  const listed = (word: string, result: string) =>
    of(result).map((check) => row(word, `${check.name}: ${told(check.detail)}`));
  const held = of("holds").map(({ name }) => name);
  return [
    row(
      id,
      `${verdict.kind.toUpperCase()}${reason === undefined ? "" : `: ${reason.title} (${reason.why})`}`,
    ),
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
    ...listed("against", "fails"),
    ...listed("unknown", "unknown"),
    ...(reason === undefined ? [] : [row("next", reason.next)]),
  ];
}

function unclaimedLines({ audit, evidence }: AuditedSession): readonly SessionLine[] {
  const { unclaimed } = audit;
  if (unclaimed.length === 0) return [];
  const shown = unclaimed.slice(0, MOST_UNCLAIMED).map(({ id }) => row("run", runText(id, evidence.runs)));
  const more = unclaimed.length - shown.length;
  return [
    plain(""),
    plain(
      `${count(unclaimed.length, "run")} of Codex in this time and these folders that nothing in the session claims:`,
    ),
    ...shown,
    ...(more > 0 ? [row("", `and ${more} more; --json has them all`)] : []),
  ];
}

function damageLines(damage: readonly TranscriptDamage[]): readonly SessionLine[] {
  if (damage.length === 0) return [];
  const shown = damage
    .slice(0, MOST_DAMAGE)
    .map(({ file, line, what, detail }) =>
      row("damage", `${file}${line === null ? "" : `, line ${line}`}: ${detail} (${what})`),
    );
  const more = damage.length - shown.length;
  return [
    plain(""),
    plain("Not all of the transcript could be read: what stood there may have been a claim."),
    ...shown,
    ...(more > 0 ? [row("", `and ${more} more; --json has them`)] : []),
  ];
}

function row(word: string, text: string): SessionLine {
  return { word, text };
}

function plain(text: string): SessionLine {
  return { word: undefined, text };
}

function time(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace("T", " ");
}
