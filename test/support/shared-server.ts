import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { rolldown } from "rolldown";
import { errorCode } from "#base/fault.ts";
import { readIfPresent } from "#base/files.ts";
import { parseJson } from "#base/json.ts";
import { isAlive, ProcessIdentity } from "#base/process-identity.ts";
import { serverEnvironment } from "#codex/environment.ts";
import { findCodex } from "#codex/installation.ts";
import { placeOf } from "#codex/server/prewarm-app-server.ts";
import type { ServerPlace } from "#codex/server/server-place.ts";
import { ServerRecord } from "#codex/server/server-record.ts";
import type { ServerOptions } from "#codex/server-options.ts";
import { type CodexHome, makeCodexHome, nativeCodex } from "./codex-home.ts";
import { endAll } from "./processes-of.ts";
import { buildWorker } from "./worker.ts";

/** The living keeper and server of a place, as their own records name them. */
export type Records = {
  keeper(): ProcessIdentity | undefined;
  server(): ServerRecord | undefined;
};

/** Everything that the shared server of one test needs, in one temporary folder. */
export type SharedServerHome = Records & {
  readonly home: CodexHome;
  readonly options: ServerOptions;
  readonly place: ServerPlace;
  /** Ends the keeper, waits until keeper and server are gone, and removes the folder. */
  remove(): Promise<void>;
};

/** Bundled programs of ours in a temporary folder. */
export type Bundles = {
  readonly keeper: string;
  /** The program of `workers/use-app-server.ts`. */
  readonly client: string;
  remove(): void;
};

/** Bundles the keeper as the build does, and a client, into a temporary folder. */
export async function bundlePrograms(): Promise<Bundles> {
  const directory = mkdtempSync(join(tmpdir(), "countersign-bundles-"));
  const graph = await rolldown({
    input: { keeper: join(import.meta.dirname, "../../bin/keeper.ts") },
    platform: "node",
    transform: { target: "node20" },
  });
  await graph.write({ dir: directory, format: "cjs", entryFileNames: "[name].cjs" });
  await graph.close();
  const client = await buildWorker("use-app-server", directory);
  return {
    keeper: join(directory, "keeper.cjs"),
    client,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Makes the home of a shared server that nobody has started yet. */
export async function makeSharedServerHome(
  keeperScript: string,
  changes: Partial<ServerOptions> = {},
): Promise<SharedServerHome> {
  const home = makeCodexHome({ url: "http://127.0.0.1:9/v1" });
  chmodSync(home.root, 0o700);
  const codexHome = realpathSync(home.codexHome);
  const options: ServerOptions = {
    installation: await findCodex(
      { ...home.env, COUNTERSIGN_CODEX: nativeCodex() },
      AbortSignal.timeout(20_000),
    ),
    environment: serverEnvironment(home.env, codexHome),
    codexHome,
    serversDirectory: join(home.root, "servers"),
    leasesDirectory: join(home.root, "leases"),
    keeperScript,
    idleSeconds: 60,
    shared: true,
    clientVersion: "0.0.0",
    ...changes,
  };
  const place = placeOf(options);
  const { keeper, server } = recordsOf(place);
  return {
    home,
    options,
    place,
    keeper,
    server,
    remove: async () => {
      const pid = keeper()?.pid;
      if (pid !== undefined) signalIfAlive(pid, "SIGTERM");
      await eventually(() => keeper() === undefined && server() === undefined);
      await endAll(home.root);
      home.remove();
    },
  };
}

export function recordsOf(place: ServerPlace): Records {
  return {
    keeper: () => living(readIfPresent(place.lock)),
    server: () => livingServer(readIfPresent(place.record)),
  };
}

/** Waits until the condition holds; fails after a generous while. */
export async function eventually(reached: () => boolean, seconds = 55): Promise<void> {
  const end = Date.now() + seconds * 1_000;
  while (!reached()) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${reached.toString()}`);
    await delay(20);
  }
}

/** Returns the pids whose command line holds the text (Linux). */
export function pidsOf(text: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => commandLine(pid).includes(text))
    .map(Number);
}

/** Harmless for a process that has ended meanwhile. */
export function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
}

function commandLine(pid: string): string {
  try {
    return (readIfPresent(`/proc/${pid}/cmdline`) ?? "").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

function living(text: string | undefined): ProcessIdentity | undefined {
  if (text === undefined) return undefined;
  const identity = parseJson(text, ProcessIdentity);
  return isAlive(identity) ? identity : undefined;
}

function livingServer(text: string | undefined): ServerRecord | undefined {
  if (text === undefined) return undefined;
  const record = parseJson(text, ServerRecord);
  return isAlive(record.process) ? record : undefined;
}
