import { clip, count, oneLine } from "#base/text.ts";
import { isUnsettled, type Ledger, type LedgerEntry } from "./ledger.ts";

const MOST_OPEN = 30;
const MOST_SETTLED = 60;
const LONGEST_FIELD = 1_000;
const LONGEST_PATH = 300;
const LONGEST_REASON = 200;

/**
 * Returns the findings that a reviewer has to deal with, at most 30, each disputed one with those of
 * the agent's words that name it. Empty where there are none. All of it is foreign text.
 */
export function unsettledFindings(ledger: Ledger, claim: string): string {
  const open = ledger.filter(isUnsettled);
  const ids = open.map(({ id }) => id);
  const texts = open
    .slice(0, MOST_OPEN)
    .map((entry, index) =>
      [`${index + 1}. ${head(entry)}`, ...body(entry, wordsAbout(entry.id, ids, claim))].join("\n"),
    );
  return [...texts, ...more(open.length - MOST_OPEN)].join("\n\n");
}

/** Returns one line for each finding that is settled, the latest 60. Empty where there are none. */
export function settledFindings(ledger: Ledger): string {
  const settled = ledger.filter((entry) => !isUnsettled(entry) && entry.state !== "unverified");
  const lines = settled
    .slice(-MOST_SETTLED)
    .map((entry) => `${entry.state}: ${head(entry)} ${field(entry.finding.title)} (${reason(entry)})`);
  return [...lines, ...more(settled.length - MOST_SETTLED)].join("\n");
}

function head({ id, finding, line }: LedgerEntry): string {
  const { file, side, severity, kind } = finding;
  return `${oneLine(clip(file, LONGEST_PATH))}:${line} (${side}, ${severity}, ${kind}; ${id})`;
}

function body({ state, finding }: LedgerEntry, words: string): readonly string[] {
  return [
    clip(finding.title, LONGEST_FIELD),
    `Quote: ${clip(finding.quote, LONGEST_FIELD)}`,
    `Failure path: ${clip(finding.failure_path, LONGEST_FIELD)}`,
    ...(state === "disputed" ? [`Disputed, its lines stand as they were. ${answer(words)}`] : []),
  ];
}

function answer(words: string): string {
  if (words === "") return "The agent's answer does not name it.";
  return `The agent on it: ${clip(words, LONGEST_FIELD)}`;
}

/** The lines that name a finding, and those after them up to an empty line or another finding's name. */
function wordsAbout(id: string, ids: readonly string[], claim: string): string {
  let about = false;
  const lines = claim.split("\n").filter((line) => {
    if (ids.some((one) => line.includes(one))) about = line.includes(id);
    else if (line.trim() === "") about = false;
    return about;
  });
  return lines.join("\n");
}

function reason({ state, why }: LedgerEntry): string {
  return state === "dismissed" ? `by a person: ${field(why)}` : field(why);
}

function field(text: string): string {
  return oneLine(clip(text, LONGEST_REASON));
}

function more(number: number): readonly string[] {
  return number > 0 ? [`and ${count(number, "finding")} more`] : [];
}
