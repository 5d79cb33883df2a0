import { randomUUID } from "node:crypto";
import { sha256 } from "#base/digest.ts";
import { makePrivateDirectory, writeOnce } from "#base/files.ts";
import { parseShape } from "#base/json.ts";
import { onState, StateFault } from "#runs/fault.ts";
import type { Locations } from "#runs/locations.ts";
import { begunFile, contractFile, promptFile, type RunName, runNamed } from "./run-files.ts";
import { enterFile } from "./run-ledger.ts";
import { RunBegun } from "./run-record.ts";

/** A run that is on record as begun. */
export type RunUnderWay = RunName & {
  /** The digest of `begun.json`. */
  readonly digest: string;
};

/** What is known of a run before it has an id and before what was asked lies in its folder. */
export type RunDraft = Omit<RunBegun, "schema" | "id" | "promptDigest" | "contractDigest">;

/** What was asked, word for word. `contract` is its text as JSON, for runs that have one. */
export type AskedText = { readonly prompt: string; readonly contract: string | null };

/**
 * Makes the folder of a new run and returns its name. Until `beginRun` it is nobody's run, and is pruned
 * as such after a day.
 *
 * @throws StateFault what the file system refuses.
 */
export async function newRun(locations: Locations, now: Date): Promise<RunName> {
  return await onState(async () => {
    const id = `${now.toISOString().replace(/[-:.]/g, "")}-${randomUUID().slice(0, 8)}`;
    const name = runNamed(locations, id);
    if (name === undefined) throw new Error(`the clock's year has more than four digits: ${id}`);
    makePrivateDirectory(name.folder);
    return name;
  });
}

/**
 * Puts on record that a run begins, before anything is started: what was asked, then who runs it and how,
 * then its line in the ledger. Only once this has returned may Codex be called.
 *
 * @throws LockFault where the ledger is held until `signal` fires.
 * @throws StateFault what the file system refuses, or `state-corrupt` where that run has begun already.
 */
export async function beginRun(
  locations: Locations,
  name: RunName,
  { draft, asked }: { readonly draft: RunDraft; readonly asked: AskedText },
  signal: AbortSignal,
): Promise<RunUnderWay> {
  const text = begunText(name, draft, asked);
  await onState(async () => {
    writeNew(promptFile(name), asked.prompt);
    if (asked.contract !== null) writeNew(contractFile(name), asked.contract);
  });
  const path = begunFile(name);
  const entry = { at: draft.at, record: name.id, part: "begun", digest: sha256(text) } as const;
  const isNew = await enterFile(locations, entry, { path, write: () => writeOnce(path, text) }, signal);
  if (!isNew) throw taken(path);
  return { ...name, digest: entry.digest };
}

function begunText({ id }: RunName, draft: RunDraft, { prompt, contract }: AskedText): string {
  const own = {
    schema: "countersign/run-begun/1",
    id,
    promptDigest: sha256(prompt),
    contractDigest: contract === null ? null : sha256(contract),
  };
  return `${JSON.stringify(parseShape({ ...own, ...draft }, RunBegun), null, 2)}\n`;
}

function writeNew(path: string, text: string): void {
  if (!writeOnce(path, text)) throw taken(path);
}

function taken(path: string): StateFault {
  return new StateFault({ kind: "state-corrupt", path, detail: "its name is already taken" });
}
