import { clip, oneLine } from "#base/text.ts";
import type { Ledger } from "#gate/ledger/ledger.ts";
import type { ReviewInput } from "#gate/prompt/prompt.ts";
import { gitSpelling } from "#gate/scope/git-spelling.ts";
import type { ReviewFinding } from "#gate/verdict/finding.ts";
import type { FileChange } from "#git/change/change.ts";
import { fileChange, reviewFinding, shownScope } from "#test/review-values.ts";
import type { Channel } from "./injection-case.ts";

/** A request with one foreign text in it, and where that text has to be found again. */
export type PoisonedRequest = {
  readonly input: Omit<ReviewInput, "nonce">;
  readonly frame: string;
  /** What the frame has to hold, as a whole or in it. */
  readonly expected: string;
  readonly whole: boolean;
};

/** The file that carries a text in its lines or in its name, and its only other line. */
export const NOTE = "src/note.ts";
export const NOTE_LINE = "export const noted = true;";

const QUIET: Omit<ReviewInput, "nonce"> = {
  intent: "Add up the prices.",
  claim: "Done.",
  projectInstructions: "Use tabs.",
  scope: shownScope(),
  ledger: ledger({}, "It is wanted."),
  round: { kind: "next", number: 2, thread: "fresh" },
};

/** Returns a request that carries the text on this channel and is harmless everywhere else. */
export function poisonedRequest(channel: Channel, text: string): PoisonedRequest {
  switch (channel) {
    case "added line":
    case "removed line":
    case "context line":
      return changed([fileChange(), fileChange({ path: NOTE, patch: notePatch(channel, text) })]);
    case "file name":
      return changed([fileChange(), fileChange({ path: text, patch: namedPatch(text) })]);
    case "uncovered name":
      return uncovered(text);
    case "commit message":
      return { ...spoken("claim", gitLog(text)), expected: gitLog(text) };
    case "agent's message":
      return spoken("claim", text);
    case "person's prompt":
      return spoken("intent", text);
    case "conventions":
      return spoken("projectInstructions", text);
    case "finding's title":
      return echoed({ title: text }, text);
    case "finding's quote":
      return echoed({ quote: text }, text);
    case "finding's failure path":
      return echoed({ failure_path: text }, text);
    case "dismissal's reason":
      return dismissed(text);
  }
}

/** Returns the patch of a file whose lines are the text, all of them on one side or on both. */
export function notePatch(channel: "added line" | "removed line" | "context line", text: string): string {
  const lines = text.split("\n");
  const [mark, before, after] = {
    "added line": ["+", 0, lines.length + 1] as const,
    "removed line": ["-", lines.length, 1] as const,
    "context line": [" ", lines.length, lines.length + 1] as const,
  }[channel];
  return `${headers(`a/${NOTE}`, `b/${NOTE}`)}@@ -${before === 0 ? 0 : 1},${before} +1,${after} @@
${lines.map((line) => `${mark}${line}\n`).join("")}+${NOTE_LINE}
`;
}

/** Returns a name as git writes it into a diff: in quotation marks where it has to be spelled. */
export function nameInDiff(name: string): string {
  const spelled = gitSpelling(name);
  return spelled === name ? name : `"${spelled}"`;
}

function namedPatch(name: string): string {
  const spelled = [nameInDiff(`a/${name}`), nameInDiff(`b/${name}`)] as const;
  return `${headers(...spelled)}@@ -1 +1 @@\n-export const noted = false;\n+${NOTE_LINE}\n`;
}

function headers(before: string, after: string): string {
  return `diff --git ${before} ${after}\nindex 1111111..2222222 100644\n--- ${before}\n+++ ${after}\n`;
}

function changed(files: readonly FileChange[]): PoisonedRequest {
  const scope = shownScope(files);
  const expected = scope.files.map(({ patch }) => patch.replace(/\n$/, "")).join("\n");
  return { input: { ...QUIET, scope }, frame: "change", expected, whole: true };
}

function uncovered(name: string): PoisonedRequest {
  const hidden = fileChange({ path: name, binary: true, patch: "" });
  const expected = `${clip(oneLine(name), 300)}: not shown, binary`;
  return {
    input: { ...QUIET, scope: shownScope([fileChange(), hidden]) },
    frame: "gaps",
    expected,
    whole: true,
  };
}

const FRAME_OF = { claim: "claim", intent: "request", projectInstructions: "conventions" } as const;

function spoken(field: keyof typeof FRAME_OF, text: string): PoisonedRequest {
  return { input: { ...QUIET, [field]: text }, frame: FRAME_OF[field], expected: text, whole: true };
}

/** How an agent shows its commit, and a reviewer's own `git log` does. */
function gitLog(message: string): string {
  const indented = message.split("\n").map((line) => `    ${line}`);
  return ["I committed it:", "", "commit 1111111", "Author: An Agent", "", ...indented].join("\n");
}

function echoed(changes: Partial<ReviewFinding>, text: string): PoisonedRequest {
  const input = { ...QUIET, ledger: ledger(changes, "It is wanted.") };
  return { input, frame: "open", expected: clip(text, 1_000), whole: false };
}

function dismissed(why: string): PoisonedRequest {
  const input = { ...QUIET, ledger: ledger({}, why) };
  return { input, frame: "settled", expected: oneLine(clip(why, 200)), whole: false };
}

/** One finding that is open, and one that a person dismissed. */
function ledger(open: Partial<ReviewFinding>, why: string): Ledger {
  const seen = { formerly: [], line: 5, firstSeen: 1, lastSeen: 1 };
  return [
    { ...seen, id: "abc123def456", state: "open", why: "raised in round 1", finding: reviewFinding(open) },
    { ...seen, id: "fed654cba321", state: "dismissed", why, finding: reviewFinding() },
  ];
}
