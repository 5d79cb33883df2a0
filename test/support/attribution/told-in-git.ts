import { chmodSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ObjectId, SessionId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import type { AttributionInput, OwnSession } from "#commands/attribution/attribution-input.ts";
import { ownChange } from "#commands/attribution/own-change.ts";
import type { WatchedTree } from "#commands/hooks/watched-tree.ts";
import { readTexts } from "#git/change/read-texts.ts";
import { findRepository } from "#git/find-repository.ts";
import { shownPath } from "#git/path-bytes.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import { takeSnapshot } from "#git/snapshot/take-snapshot.ts";
import { listTree } from "#git/snapshot/whole-tree.ts";
import { openObjectStore } from "#git/store/object-store.ts";
import { gitState, type ScratchRepository } from "../scratch-repository.ts";
import { second } from "../transcript-lines.ts";
import { asTold, onDisk } from "./story-forms.ts";
import { otherOf, type SessionName, type StoryStop, type Texts } from "./story-world.ts";
import { lastWords, toldTranscript } from "./told-transcript.ts";
import type { Judged } from "./violations.ts";

/** A real repository in which one story after the other comes true. */
export type Told = {
  /** Begins a story: the tree holds these files. */
  readonly begin: (files: Texts) => Promise<void>;
  /** Brings the tree to a stop, and returns what the review of that stop would be about. */
  readonly reach: (stop: StoryStop, counted: boolean) => Promise<Judged>;
};

export async function tellInGit(scratch: ScratchRepository): Promise<Told> {
  const signal = new AbortController().signal;
  const repository = await findRepository(scratch.root, signal);
  if (repository === undefined) throw new Error("no repository");
  const tree = {
    repository,
    store: await openObjectStore(repository, join(scratch.beside, "store"), signal),
  };
  const disk = new Map<string, string>();
  let known = new Map<Texts, Snapshot>();
  return {
    begin: async (files) => {
      sync(scratch, disk, files);
      known = new Map([[files, await takeSnapshot(repository, tree.store, signal)]]);
    },
    reach: async (stop, counted) => {
      sync(scratch, disk, stop.files);
      if (stop.committed) scratch.commit(`before ${stop.at}`);
      const untouched = gitState(scratch.root);
      const snapshot = await takeSnapshot(repository, tree.store, signal);
      known.set(stop.files, snapshot);
      const change = await ownChange(inputOf({ scratch, tree, known }, stop, counted), signal);
      if (gitState(scratch.root) !== untouched) throw new Error("the user's .git was touched");
      const uncertain = new Set(change.uncertain.map(({ path }) => path));
      return { adjusted: await textsOf(tree, change.baseline, signal), uncertain };
    },
  };
}

type Stage = {
  readonly scratch: ScratchRepository;
  readonly tree: WatchedTree;
  readonly known: ReadonlyMap<Texts, Snapshot>;
};

function inputOf(stage: Stage, stop: StoryStop, counted: boolean): AttributionInput {
  const { viewer, sessions } = stop;
  const { baseline } = sessions[viewer];
  const other = otherOf(viewer);
  return {
    tree: stage.tree,
    session: {
      ...sessionOf(stage, stop, viewer),
      baseline: snapshotOf(stage, baseline.files),
      takenAt: second(baseline.at).toISOString(),
      why: baseline.why,
    },
    lastMessage: lastWords(stop.at),
    snapshot: snapshotOf(stage, stop.files),
    taken: { at: second(stop.at), until: second(stop.until) },
    others: [
      {
        ...sessionOf(stage, stop, other),
        started: second(sessions[other].started),
        reviewedFrom: counted ? undefined : second(sessions[other].started),
        live: true,
      },
    ],
    hooks: () => [],
  };
}

function sessionOf(
  stage: Stage,
  { viewer, at, sessions }: StoryStop,
  name: SessionName,
): Pick<OwnSession, "session_id" | "transcript" | "seen"> {
  const { calls, seen } = sessions[name];
  const transcript = join(stage.scratch.beside, `${name}.jsonl`);
  const stops = [...seen.map((state) => state.at), ...(name === viewer ? [at] : [])];
  writeFileSync(transcript, toldTranscript(stage.scratch.root, calls, stops));
  return {
    session_id: parseShape(name, SessionId),
    transcript,
    seen: seen.map((state) => ({
      tree: snapshotOf(stage, state.files).tree,
      at: second(state.at).toISOString(),
      until: second(state.until).toISOString(),
    })),
  };
}

function snapshotOf({ known }: Stage, files: Texts): Snapshot {
  const snapshot = known.get(files);
  if (snapshot === undefined) throw new Error("a state of which there is no snapshot");
  return snapshot;
}

function sync({ root, write }: ScratchRepository, disk: Map<string, string>, files: Texts): void {
  for (const path of disk.keys()) {
    if (files.has(path)) continue;
    rmSync(join(root, path));
    removeEmpty(root, dirname(path));
    disk.delete(path);
  }
  for (const [path, text] of files) {
    if (disk.get(path) === text) continue;
    const { mode, content } = onDisk(text);
    write(path, content);
    chmodSync(join(root, path), mode === "100755" ? 0o755 : 0o644);
    disk.set(path, text);
  }
}

function removeEmpty(root: string, folder: string): void {
  if (folder === "." || readdirSync(join(root, folder)).length > 0) return;
  rmdirSync(join(root, folder));
  removeEmpty(root, dirname(folder));
}

async function textsOf({ store }: WatchedTree, { tree }: Snapshot, signal: AbortSignal): Promise<Texts> {
  const entries = await listTree(store, tree, signal);
  const blobs = entries.map(({ path, mode, object }) => ({ path, mode, blob: parseShape(object, ObjectId) }));
  const texts = await readTexts(
    store,
    blobs.map(({ blob }) => blob),
    signal,
  );
  return new Map(blobs.map(({ path, mode, blob }) => [shownPath(path), asTold(mode, texts.get(blob) ?? "")]));
}
