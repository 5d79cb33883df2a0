import { join } from "node:path";
import { noteLine } from "#audit/signed-paths/note.ts";
import type { ObjectId } from "#base/ids.ts";
import { withLock } from "#base/lock.ts";
import { type Call, type Command, JSON_OPTION, printJson } from "#commands/command.ts";
import { sessionOption } from "#commands/session-option.ts";
import { insideStore } from "#git/git-place.ts";
import { fetchNotes, seenRef } from "#git/notes/fetch-notes.ts";
import { commitAt } from "#git/notes/notes-ref.ts";
import { type PushedNotes, pushNotes } from "#git/notes/push-notes.ts";
import type { SharedNotes } from "#git/notes/remote-notes-place.ts";
import { committedReceipts } from "./committed-receipts.ts";
import { dueNotes, knownReceipts } from "./due-notes.ts";
import { networkSignal, TIMEOUT_OPTION } from "./network-signal.ts";
import { type NotesPlace, notesPlace, sharedNotes } from "./notes-place.ts";
import { type NotesPush, pushExitCode, pushedText, pushJson } from "./pushed-text.ts";
import { signingKey, signNotes } from "./sign-notes.ts";
import { signableReceipts } from "./signable-receipts.ts";

/** `countersign notes push`: what was signed here, for whoever shares the repository. */
export const notesPush: Command = {
  name: "notes push",
  summary: "Push what the gate signed here as git notes (refs/notes/countersign) to a remote.",
  usage:
    "[--remote NAME|URL] [--session ID | --all] [--sign [--key KEY]] [--dry-run] [--timeout SECONDS] [--json]",
  options: {
    remote: {
      type: "string",
      value: "NAME",
      help: "a remote or an address; else the branch's own, or origin",
    },
    session: { type: "string", value: "ID", help: "all that this session signed" },
    all: { type: "boolean", help: "also what was signed on paths that no commit of this branch changed" },
    sign: { type: "boolean", help: "sign each note with git's SSH key (user.signingKey)" },
    key: {
      type: "string",
      value: "KEY",
      help: "sign with this key: a file, or a public key that an agent holds",
    },
    "dry-run": { type: "boolean", help: "print every note as it would leave, and use no network" },
    timeout: TIMEOUT_OPTION,
    json: JSON_OPTION,
  },
  run: push,
};

/** Exit code 0 where the remote has all of it, 1 where a chain of receipts does not hold, 2 where it could not be pushed. */
async function push(call: Call): Promise<number> {
  const place = await notesPlace(call, call.signal);
  const shared = whereItGoes(await sharedNotes(call, place, call.signal));
  const signal = networkSignal(call);
  const lock = join(place.notes.directory, "notes.lock");
  const done = await withLock(lock, () => pushDue(call, { place, shared }, signal), signal);
  if (call.flags.has("json")) printJson(call, "notes-push", pushJson(done));
  else pushedText(call, done);
  return pushExitCode(done);
}

/** What is there already is asked of where it is pushed to, should others be fetched from elsewhere. */
function whereItGoes(shared: SharedNotes): SharedNotes {
  const { remote } = shared;
  return { ...shared, remote: { ...remote, fetchUrl: remote.pushUrl } };
}

type Places = { readonly place: NotesPlace; readonly shared: SharedNotes };

async function pushDue(call: Call, { place, shared }: Places, signal: AbortSignal): Promise<NotesPush> {
  const dryRun = call.flags.has("dry-run");
  const key = await signingKey(call, place, call.signal);
  const { receipts, doubted } = await chosenReceipts(call, place);
  const there = dryRun ? await lastSeen(shared, call.signal) : await now(shared, signal);
  if (typeof there === "object") {
    return { shared, dryRun, notes: [], already: 0, doubted, pushed: there };
  }
  const known = await knownReceipts(place.notes, there, call.signal);
  const enough = key === undefined ? known.any : known.signed;
  const due = receipts.filter(({ digest }) => !enough.has(digest));
  const plain = await dueNotes(place, { due, all: receipts }, call.signal);
  const scratch = place.notes.scratch;
  const notes = key === undefined || dryRun ? plain : await signNotes(plain, { key, scratch }, call.signal);
  const lines = notes.map((note) => ({ object: note.snapshot, line: noteLine(note) }));
  const pushed = dryRun || lines.length === 0 ? undefined : await pushNotes(shared, lines, signal);
  return { shared, dryRun, notes, already: receipts.length - due.length, doubted, pushed };
}

async function chosenReceipts(call: Call, place: NotesPlace) {
  const session = sessionOption(call);
  const { receipts, doubted } = await signableReceipts(place, session, call.signal);
  if (session !== undefined || call.flags.has("all")) return { receipts, doubted };
  return { receipts: await committedReceipts(place.tree.repository, receipts, call.signal), doubted };
}

async function lastSeen(shared: SharedNotes, signal: AbortSignal): Promise<ObjectId | undefined> {
  return await commitAt(insideStore(shared.store), seenRef(shared), signal);
}

/** Where the remote does not answer, nothing more is to be tried. */
async function now(
  shared: SharedNotes,
  signal: AbortSignal,
): Promise<ObjectId | undefined | Extract<PushedNotes, { readonly kind: "not-answered" }>> {
  const fetched = await fetchNotes(shared, signal);
  switch (fetched.kind) {
    case "fetched":
      return fetched.commit;
    case "none":
      return undefined;
    case "not-answered":
      return fetched;
  }
}
