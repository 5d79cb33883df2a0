import { exitCodeOfPaths, type PathVerdict } from "#audit/signed-paths/judge-paths.ts";
import { REFUSED_NOTES, type RefusedNote } from "#audit/signed-paths/refused-note.ts";
import type { TrustedNote } from "#audit/signed-paths/signed-step.ts";
import { count, oneLine } from "#base/text.ts";
import type { Call } from "#commands/command.ts";
import { momentText } from "#commands/receipt-row.ts";
import { printTable } from "#commands/table.ts";
import { notCoveredText } from "#gate/scope/coverage.ts";
import type { VerifiedCommit } from "./verified-commit.ts";
import { whyText } from "./why-text.ts";

const LISTED = 20;

/** Prints the answer for a person: a row for each path, and what the answer rests on. */
export function commitText(call: Call, found: VerifiedCommit): void {
  const { verdicts, answer, lines } = found;
  const say = (text: string) => call.stdout.write(`${oneLine(text)}\n`);
  say(headline(found));
  if (verdicts.length > 0) printTable(call.stdout, ["path", "verdict", "by", "receipt"], verdicts.map(row));
  for (const verdict of verdicts) {
    if (verdict.kind === "not-signed") say(`not signed: ${verdict.change.path}: ${whyText(verdict.why)}`);
  }
  for (const line of leftUncovered(verdicts)) say(line);
  for (const refused of limited(answer.refused)) say(refusedText(refused));
  if (answer.refused.length > LISTED) say(`and ${answer.refused.length - LISTED} more notes were refused`);
  if (answer.passedOver.length > 0) {
    say(`finding: ${count(answer.passedOver.length, "file")} among the notes is none, or too large for one`);
  }
  if (lines.gaps !== null) say(`lines could not all be compared (${lines.gaps})`);
  say(anchorText(found));
}

/** Returns the answer as JSON is printed. */
export function commitJson({ question, range, verdicts, answer, lines }: VerifiedCommit) {
  const exitCode = exitCodeOfPaths(verdicts);
  return {
    verdict: exitCode === 0 ? "signed" : "not-signed",
    exitCode,
    base: range.base.commit,
    commit: range.tip.commit,
    strict: question.strict,
    signers: question.signers !== null,
    shallow: range.shallow,
    totals: totals(verdicts),
    paths: verdicts.map(pathJson),
    refused: answer.refused.map(refusedJson),
    passedOver: answer.passedOver,
    gaps: lines.gaps,
  };
}

function totals(verdicts: readonly PathVerdict[]) {
  const of = (kind: PathVerdict["kind"]) => verdicts.filter((one) => one.kind === kind).length;
  return { signed: of("signed"), notSigned: of("not-signed"), ignored: of("ignored") };
}

function pathJson(verdict: PathVerdict) {
  const { path, old, new: now } = verdict.change;
  const common = { path, old, new: now, verdict: verdict.kind };
  switch (verdict.kind) {
    case "signed":
      return { ...common, as: verdict.as, by: verdict.by.map(signerJson) };
    case "not-signed":
      return { ...common, why: { ...verdict.why, text: whyText(verdict.why) } };
    case "ignored":
      return common;
  }
}

function signerJson({ note, key, principal }: TrustedNote) {
  const { receipt, receiptDigest, at, outcome, model, effort, cliVersion, version, notCovered, leftOut } =
    note;
  const review = { receipt, receiptDigest, at, outcome, model, effort, cliVersion, version };
  return { ...review, notCovered, leftOut, key, principal };
}

function refusedJson(refused: RefusedNote) {
  const { weight, title } = REFUSED_NOTES[refused.kind];
  const { kind, object } = refused;
  const receipt = "note" in refused ? refused.note.receipt : null;
  const detail = "detail" in refused ? refused.detail : "key" in refused ? refused.key : null;
  return { kind, weight, title, object, receipt, detail };
}

function headline({ range, verdicts }: VerifiedCommit): string {
  const { signed, notSigned, ignored } = totals(verdicts);
  const between = `${range.base.commit.slice(0, 12)}..${range.tip.commit.slice(0, 12)}`;
  if (verdicts.length === 0) return `${between}: no path differs`;
  const left = ignored === 0 ? "" : `, ${ignored} ignored`;
  return `${between}: ${signed} of ${count(verdicts.length - ignored, "changed path")} signed, ${notSigned} not${left}`;
}

const WAYS = { content: "signed", steps: "signed in steps", patch: "signed as a patch" } as const;

function row(verdict: PathVerdict): readonly string[] {
  const { path, new: now } = verdict.change;
  const name = now === null ? `${path} (deleted)` : path;
  switch (verdict.kind) {
    case "signed": {
      const last = verdict.by.at(-1)?.note;
      const by = `${last?.model ?? "a model not on record"}, ${momentText(last?.at ?? "")}`;
      return [name, WAYS[verdict.as], by, verdict.by.map(({ note }) => note.receipt).join(" ")];
    }
    case "not-signed":
      return [name, "NOT SIGNED", "", "receipt" in verdict.why ? verdict.why.receipt : ""];
    case "ignored":
      return [name, "ignored", "", ""];
  }
}

/** What the reviews that are counted on did not see of their changes: somebody else may have to. */
function leftUncovered(verdicts: readonly PathVerdict[]): readonly string[] {
  const notes = new Set(
    verdicts.flatMap((one) => (one.kind === "signed" ? one.by.map(({ note }) => note) : [])),
  );
  const left = [...notes].flatMap(({ receipt, notCovered }) =>
    notCovered.map(({ path, why }) => `left uncovered by ${receipt}: ${path} (${notCoveredText(why)})`),
  );
  const more = left.length > LISTED ? [`and ${left.length - LISTED} more left uncovered`] : [];
  return [...left.slice(0, LISTED), ...more];
}

function refusedText(refused: RefusedNote): string {
  const { weight, title, remedy } = REFUSED_NOTES[refused.kind];
  const whose = "note" in refused ? refused.note.receipt : `object ${refused.object.slice(0, 12)}`;
  const detail = "detail" in refused ? ` (${refused.detail})` : "key" in refused ? ` (${refused.key})` : "";
  return `${weight}: ${title} [${refused.kind}]: ${whose}${detail}. ${remedy}`;
}

function limited(refused: readonly RefusedNote[]): readonly RefusedNote[] {
  const heavy = refused.filter(({ kind }) => REFUSED_NOTES[kind].weight === "finding");
  return [...heavy, ...refused.filter((one) => !heavy.includes(one))].slice(0, LISTED);
}

function anchorText({ question, range, verdicts }: VerifiedCommit): string {
  const shallow = range.shallow
    ? " This clone lacks older history, so whether notes are of this repository was not checked."
    : "";
  if (question.signers === null) {
    return `These notes are not anchored: whoever may push refs/notes/countersign can write them. --allowed-signers makes only signed ones count.${shallow}`;
  }
  const keys = verdicts.flatMap((one) => (one.kind === "signed" ? one.by.map(({ key }) => key ?? "") : []));
  return `Only notes with a signature by ${question.signers} count (${count(new Set(keys).size, "key")} used).${shallow}`;
}
