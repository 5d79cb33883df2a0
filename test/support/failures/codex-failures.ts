import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import type { AppServer } from "#codex/connection/app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import { Done } from "#codex/protocol.ts";
import { openPlace } from "#codex/server/open-place.ts";
import { placeOf } from "#codex/server/prewarm-app-server.ts";
import { ServerRecord } from "#codex/server/server-record.ts";
import { codexServer } from "#commands/hooks/codex-server.ts";
import { DEFAULT_CONFIG } from "#gate/config.ts";
import { locationsOf } from "#runs/locations.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { type FakeReply, fakeThread, writeFakeCodex } from "#test/fake-codex.ts";
import type { GateWorld } from "#test/gate-world.ts";
import { signalIfAlive } from "#test/shared-server.ts";
import { elsewhere } from "./another-codex-home.ts";
import type { FailureCase } from "./failure-case.ts";
import { onlyGit } from "./only-git.ts";

/** What Codex itself does wrong, or what becomes of it in mid-turn. */
export const CODEX_FAILURES: readonly FailureCase[] = [
  {
    name: "codex missing",
    kind: "codex-missing",
    breakIt: (world) => ({ env: { COUNTERSIGN_CODEX: "", PATH: onlyGit(world) } }),
  },
  {
    name: "codex too old",
    kind: "codex-too-old",
    words: "version 0.42.0, needed 0.118.0",
    breakIt: (world) => ({ env: program(world, "echo codex-cli 0.42.0") }),
  },
  {
    name: "a codex that does not start",
    kind: "codex-unusable",
    words: "GLIBC is missing",
    breakIt: (world) => ({
      env: program(world, "echo '(node:1) Warning: old' >&2; echo 'GLIBC is missing' >&2; exit 127"),
    }),
  },
  {
    name: "not signed in",
    kind: "not-signed-in",
    words: "401 Unauthorized",
    breakIt: async (world, test) => {
      const config = join(world.codex.codexHome, "config.toml");
      const text = readFileSync(config, "utf8");
      writeFileSync(config, text.replace("requires_openai_auth = false", "requires_openai_auth = true"));
      const well = await elsewhere(test);
      return { script: () => ({ kind: "refuse", status: 401, body: "no key" }), well };
    },
  },
  {
    name: "server died",
    kind: "server-died",
    words: "closed the connection",
    breakIt: (world) => ({
      script: () => ({ kind: "silent" }),
      meanwhile: async () => {
        await world.api.requested(world.api.requests.length + 1);
        for (const pid of serverPids(world)) signalIfAlive(pid, "SIGKILL");
      },
    }),
  },
  {
    name: "interrupted by another client",
    kind: "turn-interrupted",
    breakIt: (world) => ({
      script: () => ({ kind: "silent" }),
      meanwhile: () => interruptNextTurn(world),
    }),
  },
  {
    name: "interrupted by the host",
    kind: "turn-interrupted",
    breakIt: (world) => ({
      script: () => ({ kind: "silent" }),
      meanwhile: async (hook) => {
        await world.api.requested(world.api.requests.length + 1);
        hook.kill("SIGTERM");
      },
    }),
  },
  played("server draining", "server-draining", {
    "thread/start": { error: "Server is draining; retry after reconnecting" },
  }),
  played("sandbox unusable", "sandbox-unusable", { "thread/start": fakeThread("dangerFullAccess") }),
  played("approval asked", "approval-asked", { "thread/start": fakeThread("readOnly") }),
];

/** What the real Codex cannot be brought to do by a provider is played by a program in its place. */
function played(
  name: string,
  kind: "server-draining" | "sandbox-unusable" | "approval-asked",
  replies: Readonly<Record<string, FakeReply>>,
): FailureCase {
  const method = "item/commandExecution/requestApproval";
  return {
    name: `${name} (played)`,
    kind,
    ...(kind === "approval-asked" ? { words: method } : {}),
    breakIt: (world) => {
      const path = join(world.repository.beside, "played/codex");
      const asks = { method, params: { threadId: "played-thread", turnId: "played-turn" } };
      writeFakeCodex(path, replies, kind === "approval-asked" ? asks : null);
      return { env: { COUNTERSIGN_CODEX: path } };
    },
  };
}

function program(world: GateWorld, script: string): Readonly<Record<string, string>> {
  const path = onlyGit(world);
  writeFileSync(join(path, "codex"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { COUNTERSIGN_CODEX: "", PATH: path };
}

/** The app-servers of this world, as their own records name them. */
export function serverPids(world: GateWorld): readonly number[] {
  const servers = join(world.state, "servers");
  return readdirSync(servers, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith("server.json"))
    .map((name) => parseJson(readFileSync(join(servers, name), "utf8"), ServerRecord).process.pid);
}

const Loaded = z.looseObject({ data: z.array(z.string()) });

/** Any client of the shared server can interrupt what runs there. */
async function interruptNextTurn(world: GateWorld): Promise<void> {
  const limit = AbortSignal.timeout(180_000);
  await world.api.requested(world.api.requests.length + 1);
  const server = await runningServer(world, limit);
  const threads = await server.request("thread/loaded/list", {}, Loaded, limit);
  for (const threadId of threads.data) {
    await server.request("turn/interrupt", { threadId, turnId: "" }, Done, limit).catch(() => undefined);
  }
  await server.close();
}

/** Resolves once the shared server of a world, which was told to end while a turn runs there, takes nothing new. */
export async function untilDraining(world: GateWorld): Promise<void> {
  const limit = AbortSignal.timeout(180_000);
  await eventuallyAsync(
    async () => {
      const server = await runningServer(world, limit);
      const params = { cwd: world.repository.root, ephemeral: true, sandbox: "read-only" };
      const asked = server.request("thread/start", params, z.unknown(), limit);
      const isRefused = await asked.then(
        () => false,
        (error: unknown) => error instanceof CodexFault && error.failure.kind === "server-draining",
      );
      await server.close();
      return isRefused;
    },
    () => "the server takes no new thread",
  );
}

/** A connection to the shared server that runs there. None is started, and none of our own stands in for it. */
async function runningServer(world: GateWorld, limit: AbortSignal): Promise<AppServer> {
  const locations = locationsOf(world.env, world.codex.home, process.platform);
  const options = await codexServer({ environment: world.env, locations }, DEFAULT_CONFIG, limit);
  const server = await openPlace(placeOf(options), "0.0.0", limit);
  if (server === undefined) throw new Error("no shared server runs in this world");
  return server;
}
