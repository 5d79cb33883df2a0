import { join } from "node:path";
import { onTestFinished, vi } from "vitest";
import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { COMMIT_OPTIONS } from "#commands/audit-commit/commit-options.ts";
import { verifyCommit } from "#commands/audit-commit/verify-commit.ts";
import { type Command, JSON_OPTION } from "#commands/command.ts";
import { watchedTree } from "#commands/hooks/watched-tree.ts";
import { notesFetch } from "#commands/notes/notes-fetch.ts";
import { notesPush } from "#commands/notes/notes-push.ts";
import { readChange } from "#git/change/read-change.ts";
import { addNotes } from "#git/notes/add-notes.ts";
import type { NoteLine } from "#git/notes/read-notes.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import { takeSnapshot } from "#git/snapshot/take-snapshot.ts";
import { type Locations, locationsOf } from "#runs/locations.ts";
import type { ReceiptDraft } from "#runs/receipts/receipt.ts";
import { type WrittenReceipt, writeReceipt } from "#runs/receipts/receipts.ts";
import { changeSession } from "#runs/sessions/session-file.ts";
import { type Called, callCommand } from "./call-command.ts";
import { makeRepository, type ScratchOptions, type ScratchRepository } from "./scratch-repository.ts";
import { receiptDraft, sessionId, sessionValue } from "./session-values.ts";

/** One clone with a state root of its own. */
export type Machine = ScratchRepository & {
  readonly locations: Locations;
  /** Does the work and has it signed, as the gate would: the whole change, unless `own` says otherwise. */
  readonly sign: (work: () => void, own?: Signing) => Promise<WrittenReceipt>;
  /** As `sign`, in another work tree. */
  readonly signIn: (root: string, work: () => void, own?: Signing) => Promise<WrittenReceipt>;
  /** Runs `notes push`, `notes fetch` or `audit verify` with these words. */
  readonly call: (...words: readonly string[]) => Promise<Called>;
  /** As `call`, in another folder. */
  readonly callIn: (cwd: string, ...words: readonly string[]) => Promise<Called>;
  /** As `call` with `--json`; what it printed. */
  readonly json: (...words: readonly string[]) => Promise<Printed>;
};

export type Printed = { readonly code: number; readonly value: Readonly<Record<string, unknown>> };

type Signing = {
  readonly session?: string;
  /** Changes what the receipt says before it is written. */
  readonly edit?: (draft: ReceiptDraft) => ReceiptDraft;
};

export type Team = {
  /** The bare repository that they share. */
  readonly remote: string;
  /** A machine with a clone of it. */
  readonly machine: () => Machine;
  /** The lines of notes that the remote has, each with what it hangs on. */
  readonly notes: () => readonly NoteLine[];
  /** Puts these lines in the place of all notes of the remote, as anybody who may push there could. */
  readonly plant: (by: Machine, lines: readonly NoteLine[]) => Promise<void>;
};

const NEVER = new AbortController().signal;

const VERIFY: Command = {
  name: "audit verify",
  summary: "As the real one does for a commit.",
  usage: "",
  options: { ...COMMIT_OPTIONS, json: JSON_OPTION },
  positionals: 1,
  run: verifyCommit,
};

const COMMANDS = [notesPush, notesFetch, VERIFY].map((command) => ({
  name: command.name,
  load: async () => command,
}));

/** Makes a bare remote with one commit of these files. It goes with the test. */
export function makeTeam(files: Readonly<Record<string, string>>, options: ScratchOptions = {}): Team {
  const first = scratch(options);
  vi.stubEnv("HOME", first.home);
  vi.stubEnv("XDG_CONFIG_HOME", undefined);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  for (const [path, text] of Object.entries(files)) first.write(path, text);
  first.commit("Begin");
  const remote = join(first.beside, "remote.git");
  first.git("clone", "--quiet", "--bare", ".", remote);
  return {
    remote,
    machine: () => makeMachine(remote, options),
    notes: () => notesOf(remote, first),
    plant: (by, lines) => plant(remote, by, lines),
  };
}

/** By git's own eyes: `BLOB OBJECT` for each note. */
function notesOf(remote: string, { gitIn }: ScratchRepository): readonly NoteLine[] {
  const listed = gitIn(remote, "notes", "--ref", "countersign", "list").split("\n").filter(Boolean);
  return listed.flatMap((entry) => {
    const [blob = "", object = ""] = entry.split(" ");
    const lines = gitIn(remote, "cat-file", "blob", blob).split("\n").filter(Boolean);
    return lines.map((line) => ({ object: parseShape(object, ObjectId), line }));
  });
}

async function plant(remote: string, by: Machine, lines: readonly NoteLine[]): Promise<void> {
  const tree = await watchedTree(by.locations, by.root, NEVER);
  if (tree === undefined) throw new Error(`no repository at ${by.root}`);
  const commit = await addNotes(tree.store, undefined, lines, NEVER);
  by.gitIn(tree.store.directory, "push", "--quiet", remote, `+${commit}:refs/notes/countersign`);
}

function scratch(options: ScratchOptions): ScratchRepository {
  const made = makeRepository(options);
  onTestFinished(made.remove);
  return made;
}

function makeMachine(remote: string, options: ScratchOptions): Machine {
  const repository = scratch(options);
  const { root, git, beside } = repository;
  git("remote", "add", "origin", remote);
  git("fetch", "--quiet", "origin");
  git("checkout", "--quiet", "-B", "main", "--track", "origin/main");
  const state = join(beside, "state");
  const locations = locationsOf({ COUNTERSIGN_HOME: state, XDG_CONFIG_HOME: state }, state, "linux");
  const callIn: Machine["callIn"] = (cwd, ...words) => callCommand(locations, words, { cwd }, COMMANDS);
  const call: Machine["call"] = (...words) => callIn(root, ...words);
  return {
    ...repository,
    locations,
    call,
    callIn,
    sign: (work, own = {}) => signed({ root, locations }, work, own),
    signIn: (other, work, own = {}) => signed({ root: other, locations }, work, own),
    json: async (...words) => {
      const { code, stdout, stderr } = await call(...words, "--json");
      return { code, value: JSON.parse(stdout || JSON.stringify({ stderr })) };
    },
  };
}

async function signed(
  { root, locations }: Pick<Machine, "root" | "locations">,
  work: () => void,
  { session = "s1", edit = (draft) => draft }: Signing,
): Promise<WrittenReceipt> {
  const id = sessionId(session);
  const tree = await watchedTree(locations, root, NEVER);
  if (tree === undefined) throw new Error(`no repository at ${root}`);
  const before = await takeSnapshot(tree.repository, tree.store, NEVER);
  work();
  const after = await takeSnapshot(tree.repository, tree.store, NEVER);
  const { files } = await readChange(tree.store, before, after, NEVER);
  await changeSession(locations, id, (known) => known ?? sessionValue({ session_id: id, cwd: root }), NEVER);
  const shown = files.map(({ path, oldPath, oldBlob, newBlob, oldMode, newMode }) => ({
    path,
    ...([oldMode, newMode].every((mode) => PLAIN.includes(mode))
      ? {}
      : { modes: { old: oldMode, new: newMode } }),
    ...(oldPath === undefined ? {} : { oldPath }),
    old: oldBlob ?? null,
    new: newBlob ?? null,
    part: false,
  }));
  const nothing = { notCovered: [], redacted: [], leftOut: [], uncertain: [], notes: [] };
  const draft = receiptDraft({
    at: new Date().toISOString(),
    repository: { root, head: null },
    baseline: stateOf(before),
    snapshot: stateOf(after),
    scope: { shown, ...nothing },
  });
  return await writeReceipt(locations, id, edit(draft), NEVER);
}

const PLAIN: readonly string[] = ["100644", "000000"];

function stateOf({ tree }: Snapshot): NonNullable<ReceiptDraft["snapshot"]> {
  return { tree, fingerprint: tree };
}
