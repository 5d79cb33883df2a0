import { type Dirent, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorCode } from "#base/fault.ts";
import { readIfPresent } from "#base/files.ts";
import { identifyProcess } from "#base/process-identity.ts";
import { startLock } from "#codex/server/server-place.ts";
import type { Damage, StateFile } from "./scenario.ts";
import type { Player, Stage } from "./stage.ts";

/** Locks are only found left behind, never changed under a living holder: nothing could work then. */
const LOCKS: readonly StateFile[] = ["session-lock", "stop-lock", "start-lock"];
/** What may be there though nobody of ours has made it. */
const MADE_UP: readonly StateFile[] = [...LOCKS, "request"];

/** Damages the files of that kind; returns false where there is nothing to damage. */
export function damage(stage: Stage, player: Player, file: StateFile, how: Damage): boolean {
  const paths = pathsOf(stage, player, file).filter((path) => isDue(path, file, how));
  for (const path of paths) {
    note(stage, player, { file, path });
    act(path, how);
    if (how === "folder") stage.harm.folders.add(path);
  }
  return paths.length > 0;
}

/** Returns where files of that kind are, or would be. */
export function pathsOf({ world }: Stage, { id }: Player, file: StateFile): readonly string[] {
  const { state } = world;
  const session = join(state, "sessions", `${id}.json`);
  const inServers = (name: string): readonly string[] =>
    below(join(state, "servers"), (path) => basename(path) === name);
  switch (file) {
    case "session":
      return [session];
    case "session-lock":
      return [`${session}.lock`];
    case "stop-lock":
      return [join(state, "sessions", `${id}.stop.lock`)];
    case "receipt":
      return below(join(state, "receipts"), (path) => path.includes(id) && path.endsWith(".json")).slice(-1);
    case "verdict":
      return below(join(state, "verdicts"), (path) => path.endsWith(".json"));
    case "store":
      return below(join(state, "objects"), (path) => basename(path) === "HEAD").map(dirname);
    case "request":
      return [join(state, "requests", `${id}-0.json`)];
    case "server-record":
      return inServers("server.json");
    case "keeper-lock":
      return inServers("keeper.lock");
    case "keeper-request":
      return inServers("keeper.json");
    case "socket":
      return inServers("s");
    case "start-lock":
      return [startLock(join(state, "servers"), world.codex.codexHome)];
    case "lease":
      return below(join(state, "leases"), () => true);
    case "client":
      return below(join(state, "servers"), (path) => basename(dirname(path)) === "clients");
  }
}

/** Returns all files below a folder, in the order of their names. */
export function below(folder: string, isWanted: (path: string) => boolean): readonly string[] {
  return entriesBelow(folder)
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(isWanted)
    .sort();
}

/** A folder below that goes away while it is looked at has the whole looked at again. */
function entriesBelow(folder: string): readonly Dirent[] {
  while (existsSync(folder)) {
    try {
      return readdirSync(folder, { withFileTypes: true, recursive: true });
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw error;
    }
  }
  return [];
}

function isDue(path: string, file: StateFile, how: Damage): boolean {
  if (LOCKS.includes(file) && existsSync(path)) return false;
  if (file === "store") return how === "removed" && existsSync(path);
  if (existsSync(path)) return true;
  return MADE_UP.includes(file) && how !== "cut-short" && how !== "removed";
}

function note({ harm }: Stage, { index }: Player, { file, path }: { file: StateFile; path: string }): void {
  if (file === "session" || file === "session-lock") harm.sessions.add(index);
  if (file === "receipt") harm.receipts.add(path);
  if (file === "store") harm.stores = true;
  if (file === "verdict") harm.verdicts = true;
  if (MADE_UP.includes(file)) harm.left.add(path);
}

function act(path: string, how: Damage): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Into a socket nothing can be written: something else takes its place.
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === false) rmSync(path, { recursive: true });
  switch (how) {
    case "cut-short": {
      const text = readIfPresent(path) ?? "";
      writeFileSync(path, text.slice(0, text.length / 2));
      return;
    }
    case "garbage":
      writeFileSync(path, "\u0000\u0001 this is nothing {");
      return;
    case "removed":
      rmSync(path, { force: true, recursive: true });
      return;
    case "folder":
      rmSync(path, { force: true, recursive: true });
      mkdirSync(path);
      return;
    case "of-a-dead-process":
      writeFileSync(path, JSON.stringify({ ...identifyProcess(process.pid), startTime: "1" }));
      return;
  }
}
