import { RUN_FINDINGS } from "#audit/records/run-finding-texts.ts";
import { type Note, noteLine } from "#audit/signed-paths/note.ts";
import { count, oneLine } from "#base/text.ts";
import type { Call } from "#commands/command.ts";
import { shownUrl } from "#git/clone/shown-url.ts";
import type { PushedNotes } from "#git/notes/push-notes.ts";
import type { SharedNotes } from "#git/notes/remote-notes-place.ts";
import type { DoubtedChain } from "./signable-receipts.ts";

/** What became of a push, and of what was not pushed. */
export type NotesPush = {
  readonly shared: SharedNotes;
  readonly dryRun: boolean;
  readonly notes: readonly Note[];
  /** How many receipts the remote has notes of already. */
  readonly already: number;
  readonly doubted: readonly DoubtedChain[];
  /** Absent where nothing was to be pushed, or only shown. */
  readonly pushed: PushedNotes | undefined;
};

/** Prints what became of a push: the outcome, and what stayed here and why. */
export function pushedText(call: Call, done: NotesPush): void {
  call.stdout.write(`${oneLine(outcomeLine(done))}\n`);
  if (done.dryRun) for (const note of done.notes) call.stdout.write(`${oneLine(noteLine(note))}\n`);
  for (const doubted of done.doubted) call.stderr.write(`countersign: ${oneLine(doubtLine(doubted))}\n`);
}

/** Returns the push as JSON is printed. */
export function pushJson(done: NotesPush): Readonly<Record<string, unknown>> {
  const { shared, dryRun, notes, already, doubted, pushed } = done;
  const remote = { name: shared.remote.name, url: shownUrl(shared.remote.pushUrl) };
  return { remote, dryRun, outcome: pushed ?? { kind: "nothing-pushed" }, notes, already, doubted };
}

/** Returns 2 where it could not be pushed, else 1 where a chain does not hold. */
export function pushExitCode({ pushed, doubted }: NotesPush): 0 | 1 | 2 {
  switch (pushed?.kind) {
    case "not-answered":
    case "refused":
    case "outrun":
      return 2;
    case "pushed":
    case "nothing-new":
    case undefined:
      return doubted.length === 0 ? 0 : 1;
  }
}

/** Returns a remote as a person knows it. */
export function remoteName({ remote }: Pick<SharedNotes, "remote">): string {
  const url = shownUrl(remote.fetchUrl);
  return remote.name === remote.fetchUrl ? url : `${remote.name} (${url})`;
}

function outcomeLine({ shared, dryRun, notes, already, pushed }: NotesPush): string {
  const to = remoteName(shared);
  const paths = notes.reduce((sum, { entries }) => sum + entries.length, 0);
  const what = `${count(notes.length, "note")} on ${count(paths, "path")}`;
  const before = already === 0 ? "" : `; ${already} more ${already === 1 ? "was" : "were"} there already`;
  switch (pushed?.kind) {
    case "pushed":
      return `${what} pushed to ${to}${before}`;
    case "nothing-new":
      return `${to} has all notes already`;
    case "not-answered":
      return `nothing was pushed: ${to} did not answer (${pushed.detail}); see that \`git push\` works without a question, and try again`;
    case "refused":
      return `nothing was pushed: ${to} refused it (${pushed.detail}); whoever runs it has to allow refs/notes/countersign`;
    case "outrun":
      return `nothing was pushed: others were faster ${pushed.attempts} times; try again`;
    case undefined:
      if (notes.length === 0) return `nothing to push to ${to}${before || ": no commit here was signed"}`;
      return `${dryRun ? "without --dry-run" : "now"} ${what} would be pushed to ${to}, each as one of these lines${before}`;
  }
}

function doubtLine({ session, findings }: DoubtedChain): string {
  const titles = [...new Set(findings.map(({ kind }) => RUN_FINDINGS[kind].title))].join("; ");
  return `nothing of session ${session} was pushed: ${titles}; see \`countersign audit verify --session ${session}\``;
}
