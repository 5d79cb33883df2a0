import { join } from "node:path";
import type { ObjectId } from "#base/ids.ts";
import { withLock } from "#base/lock.ts";
import { count, oneLine } from "#base/text.ts";
import { type Call, type Command, JSON_OPTION, printJson } from "#commands/command.ts";
import { shownUrl } from "#git/clone/shown-url.ts";
import { type FetchedNotes, fetchNotes } from "#git/notes/fetch-notes.ts";
import type { ObjectStore } from "#git/repository.ts";
import { networkSignal, TIMEOUT_OPTION } from "./network-signal.ts";
import { notesPlace, sharedNotes } from "./notes-place.ts";
import { remoteName } from "./pushed-text.ts";
import { notesOf } from "./seen-notes.ts";

/** `countersign notes fetch`: what others signed, so that it can be checked without a network. */
export const notesFetch: Command = {
  name: "notes fetch",
  summary: "Fetch what others signed: the git notes (refs/notes/countersign) of a remote.",
  usage: "[--remote NAME|URL] [--timeout SECONDS] [--json]",
  options: {
    remote: {
      type: "string",
      value: "NAME",
      help: "a remote or an address; else the branch's own, or origin",
    },
    timeout: TIMEOUT_OPTION,
    json: JSON_OPTION,
  },
  run: fetch,
};

/** `gone`: how many lines there were when the remote was last seen, and are not any more. */
type Difference = { readonly notes: number; readonly added: number; readonly gone: number };

/** Exit code 0 where the remote answered, 2 where it did not. */
async function fetch(call: Call): Promise<number> {
  const place = await notesPlace(call, call.signal);
  const shared = await sharedNotes(call, place, call.signal);
  const signal = networkSignal(call);
  const lock = join(place.notes.directory, "notes.lock");
  const fetched = await withLock(lock, () => fetchNotes(shared, signal), signal);
  const difference = await differenceOf(place.notes, fetched, call.signal);
  const from = remoteName(shared);
  if (call.flags.has("json")) {
    const remote = { name: shared.remote.name, url: shownUrl(shared.remote.fetchUrl) };
    const detail = fetched.kind === "not-answered" ? fetched.detail : null;
    printJson(call, "notes-fetch", { remote, outcome: fetched.kind, detail, ...difference });
  } else if (fetched.kind !== "not-answered") {
    call.stdout.write(`${oneLine(`${countsText(difference)} from ${from}`)}\n`);
  }
  warn(call, { fetched, difference, from });
  return fetched.kind === "not-answered" ? 2 : 0;
}

type Told = { readonly fetched: FetchedNotes; readonly difference: Difference; readonly from: string };

function warn(call: Call, { fetched, difference, from }: Told): void {
  const say = (text: string) => call.stderr.write(`countersign: ${oneLine(text)}\n`);
  if (fetched.kind === "not-answered") {
    say(
      `${from} did not answer (${fetched.detail}); see that \`git fetch\` works without a question, and try again`,
    );
  }
  if (difference.gone > 0) {
    say(
      `${count(difference.gone, "note")} that ${from} had when it was last seen ${difference.gone === 1 ? "is" : "are"} gone: somebody rewrote refs/notes/countersign`,
    );
  }
}

function countsText({ notes, added }: Difference): string {
  return `${count(notes, "note")}, ${added} of them new,`;
}

async function differenceOf(
  store: ObjectStore,
  fetched: FetchedNotes,
  signal: AbortSignal,
): Promise<Difference> {
  if (fetched.kind === "not-answered") return { notes: 0, added: 0, gone: 0 };
  const before = await linesOf(store, fetched.before, signal);
  const after = await linesOf(store, fetched.kind === "fetched" ? fetched.commit : undefined, signal);
  const missing = (one: ReadonlySet<string>, other: ReadonlySet<string>) =>
    [...one].filter((line) => !other.has(line)).length;
  return { notes: after.size, added: missing(after, before), gone: missing(before, after) };
}

async function linesOf(
  store: ObjectStore,
  commit: ObjectId | undefined,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const commits = commit === undefined ? [] : [commit];
  const { kept } = await notesOf(store, commits, ({ object, line }) => `${object} ${line}`, signal);
  return new Set(kept);
}
