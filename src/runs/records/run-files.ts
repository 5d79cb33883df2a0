import { join } from "node:path";
import * as z from "zod/mini";
import { sha256 } from "#base/digest.ts";
import { errorCode, errorText } from "#base/fault.ts";
import { readBytes } from "#base/files.ts";
import { parseJson } from "#base/json.ts";
import { dayFolders } from "#runs/day-folders.ts";
import type { Locations } from "#runs/locations.ts";
import { newestNames } from "#runs/newest-names.ts";
import { laterVersion, readVersioned, type Versioned } from "#runs/schema-version.ts";
import { RunBegun, RunEnded, RunId } from "./run-record.ts";

/** A run as its folder's name tells it. It sorts by time. */
export type RunName = {
  readonly id: RunId;
  readonly folder: string;
  /** `2026-01-31`, UTC. */
  readonly day: string;
};

/** A run as it lies on disk, with the SHA-256 of exactly the bytes of its files. */
export type StoredRun = {
  readonly name: RunName;
  readonly begun: RunBegun;
  readonly ended: RunEnded | undefined;
  readonly digests: { readonly begun: string; readonly ended: string | undefined };
};

export type UnreadableRun = {
  readonly name: RunName;
  /** Which file, and why. */
  readonly path: string;
  readonly detail: string;
};

export type RunRead =
  | { readonly kind: "run"; readonly run: StoredRun }
  | ({ readonly kind: "unreadable" } & UnreadableRun)
  /** Its writer died before anything was on record: nobody's run, and nothing was started. */
  | { readonly kind: "half-made"; readonly name: RunName };

const BEGUN: Versioned<typeof RunBegun> = { name: "run-begun", shape: RunBegun, steps: [] };
const ENDED: Versioned<typeof RunEnded> = { name: "run-ended", shape: RunEnded, steps: [] };

/** Returns where the run with this whole id lies, or `undefined` where the text is no such id. */
export function runNamed({ runs }: Locations, text: string): RunName | undefined {
  const id = z.safeParse(RunId, text);
  if (!id.success) return undefined;
  const date = [text.slice(0, 4), text.slice(4, 6), text.slice(6, 8)];
  return { id: id.data, folder: join(runs, ...date, text), day: date.join("-") };
}

/** Yields the names of all runs, the latest first, without opening one. Days before `since` (ISO 8601, UTC) are left out. */
export function* runNames(locations: Locations, since?: string): Generator<RunName> {
  for (const { folder, day } of dayFolders(locations.runs, since)) {
    for (const name of newestNames(locations, folder, isRunId)) {
      const run = runNamed(locations, name);
      // One that lies in the folder of another day was put there by hand; the ledger tells of it.
      if (run !== undefined && run.day === day) yield { ...run, folder: join(folder, name) };
    }
  }
}

/**
 * Reads what is on record of a run, of whatever version. One that cannot be read is returned as such: it
 * is evidence too.
 */
export function readRun(name: RunName): RunRead {
  const begun = readPart(begunFile(name), BEGUN);
  const ended = readPart(endedFile(name), ENDED);
  if (begun.kind === "none" && ended.kind === "none") return { kind: "half-made", name };
  if (begun.kind === "none") return { kind: "unreadable", name, path: begunFile(name), detail: "it is gone" };
  if (begun.kind === "unreadable") return { ...begun, name };
  if (ended.kind === "unreadable") return { ...ended, name };
  const isOver = ended.kind === "read";
  const digests = { begun: begun.digest, ended: isOver ? ended.digest : undefined };
  return { kind: "run", run: { name, begun: begun.value, ended: isOver ? ended.value : undefined, digests } };
}

/** Returns the file that says how a run began. */
export function begunFile({ folder }: Pick<RunName, "folder">): string {
  return join(folder, "begun.json");
}

/** Returns the file that says how a run ended; there is none before. */
export function endedFile({ folder }: Pick<RunName, "folder">): string {
  return join(folder, "ended.json");
}

/** Returns the file that holds what was asked, word for word. */
export function promptFile({ folder }: Pick<RunName, "folder">): string {
  return join(folder, "prompt.txt");
}

/** Returns the file that holds the contract of an exec run. */
export function contractFile({ folder }: Pick<RunName, "folder">): string {
  return join(folder, "contract.json");
}

const HANDLE_LENGTH = 8;

/** Returns the short end of a run's id by which a person names it. */
export function runHandle(id: RunId): string {
  return id.slice(-HANDLE_LENGTH);
}

type PartRead<T> =
  | { readonly kind: "read"; readonly value: T; readonly digest: string }
  | { readonly kind: "unreadable"; readonly path: string; readonly detail: string }
  | { readonly kind: "none" };

function readPart<S extends z.ZodMiniType>(path: string, form: Versioned<S>): PartRead<z.output<S>> {
  try {
    const bytes = readBytes(path);
    const read = readVersioned(parseJson(bytes.toString("utf8"), z.unknown()), form);
    if (read.kind === "newer") return { kind: "unreadable", path, detail: laterVersion(read.schema) };
    return { kind: "read", value: read.value, digest: sha256(bytes) };
  } catch (error) {
    if (errorCode(error) === "ENOENT") return { kind: "none" };
    return { kind: "unreadable", path, detail: errorText(error) };
  }
}

/** As `RunId`, for very many names. */
const RUN_ID = /^\d{8}T\d{9}Z-[0-9a-f]{8}$/;

function isRunId(name: string): boolean {
  return RUN_ID.test(name);
}
