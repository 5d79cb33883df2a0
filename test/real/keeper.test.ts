import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, realpathSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import * as z from "zod/mini";
import { SessionId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { isAlive, type ProcessIdentity } from "#base/process-identity.ts";
import { openAppServer } from "#codex/connection/open-app-server.ts";
import { takeLease } from "#codex/server/lease.ts";
import { placeOf, prewarmAppServer } from "#codex/server/prewarm-app-server.ts";
import { realSocket } from "#codex/server/socket-path.ts";
import { processesOf, withoutForks } from "#test/processes-of.ts";
import {
  type Bundles,
  bundlePrograms,
  eventually,
  makeSharedServerHome,
  pidsOf,
  recordsOf,
  type SharedServerHome,
  signalIfAlive,
} from "#test/shared-server.ts";

const signal = AbortSignal.timeout(600_000);
let programs: Bundles;
let shared: SharedServerHome;

beforeAll(async () => {
  programs = await bundlePrograms();
});
afterAll(() => programs.remove());
beforeEach(async () => {
  shared = await makeSharedServerHome(programs.keeper, { idleSeconds: 1 });
});
afterEach(() => shared.remove());

function serversRunning(): number {
  return withoutForks(processesOf(shared.place.socket)).length;
}

/** A session of a host that lives as long as the test wants. */
function startHost(): { pid: number; kill: () => void } {
  const child = spawn("sleep", ["1000"], { stdio: "ignore" });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return { pid: child.pid ?? 0, kill: () => child.kill("SIGKILL") };
}

/** A home in which a session claims the server until the host is killed: however long a test takes, it stays. */
async function claimed(): Promise<{ kill: () => void }> {
  const host = startHost();
  await shared.remove();
  shared = await makeSharedServerHome(programs.keeper, { idleSeconds: 600 });
  takeLease(shared.options.leasesDirectory, parseShape("session", SessionId), host.pid);
  return host;
}

/** Opens and closes a connection, and returns the keeper and the server that are there then. */
async function visited() {
  const server = await openAppServer(shared.options, signal);
  const found = { keeper: shared.keeper(), server: shared.server() };
  await server.close();
  if (found.keeper === undefined || found.server === undefined) throw new Error("nobody keeps the server");
  return { keeper: found.keeper, server: found.server };
}

/** Neither a keeper that others started at the same time, nor one that is only about to see that it is one too many. */
function isKeptBy(keeper: ProcessIdentity | undefined): boolean {
  const [pid, ...others] = pidsOf(programs.keeper);
  return pid !== undefined && pid === keeper?.pid && others.length === 0;
}

test("twenty keepers at once: one lives, with one server", async () => {
  await claimed();
  prewarmAppServer(shared.options);
  for (let count = 0; count < 19; count += 1) {
    spawn(process.execPath, [programs.keeper, shared.place.directory], {
      env: { ...shared.options.environment },
      stdio: "ignore",
    });
  }
  await eventually(() => shared.server() !== undefined && isKeptBy(shared.keeper()));
  expect(serversRunning()).toBe(1);
});

test("with nobody left, server, keeper, sockets and marks go", async () => {
  const server = await openAppServer(shared.options, signal);
  expect(server.kind).toBe("shared");
  const socket = realpathSync(shared.place.socket);
  expect(existsSync(`${socket}.lock`)).toBe(true);
  await server.close();
  await eventually(() => serversRunning() === 0 && pidsOf(programs.keeper).length === 0);
  expect(existsSync(socket)).toBe(false);
  expect(existsSync(`${socket}.lock`)).toBe(false);
  expect(readdirSync(shared.place.directory).sort()).toEqual(["clients", "keeper.json", "server.log"]);
  expect(readdirSync(shared.place.clients)).toEqual([]);
});

test("a client keeps the server beyond idle and lease", async () => {
  const server = await openAppServer(shared.options, signal);
  const first = shared.server()?.process;
  const quiet = await Promise.race([
    eventually(() => shared.server() === undefined, 12).then(
      () => "ended",
      () => "kept",
    ),
  ]);
  expect(quiet).toBe("kept");
  expect(shared.server()?.process).toEqual(first);
  await server.close();
});

test("the keeper killed: the server dies with it, and the next open starts a new one", async () => {
  const server = await openAppServer(shared.options, signal);
  await eventually(() => isKeptBy(shared.keeper()));
  const before = shared.server()?.process;
  for (const pid of pidsOf(programs.keeper)) process.kill(pid, "SIGKILL");
  await eventually(() => before !== undefined && !isAlive(before));
  await eventually(() => server.lost.aborted);
  expect(server.lost.reason).toMatchObject({ failure: { kind: "server-died" } });
  await server.close();
  const next = await openAppServer(shared.options, signal);
  expect(next.kind).toBe("shared");
  expect(shared.server()?.process).not.toEqual(before);
  await next.close();
});

test("where the server outlives its killed keeper, the next open has it adopted", async () => {
  const host = await claimed();
  const environment = { ...shared.options.environment, PATH: shared.home.home };
  const place = placeOf({ ...shared.options, environment });
  shared = { ...shared, ...recordsOf(place), options: { ...shared.options, environment }, place };
  const { server } = await visited();
  await eventually(() => isKeptBy(shared.keeper()));
  for (const pid of pidsOf(programs.keeper)) process.kill(pid, "SIGKILL");
  await eventually(() => shared.keeper() === undefined);
  const next = await openAppServer(shared.options, signal);
  await eventually(() => shared.keeper() !== undefined);
  expect(shared.server()).toEqual(server);
  await next.close();
  host.kill();
  await eventually(() => serversRunning() === 0 && pidsOf(programs.keeper).length === 0);
  expect(existsSync(server.socket)).toBe(false);
});

test("the server killed: the keeper goes, a request in flight is settled, the next open works", async () => {
  const server = await openAppServer(shared.options, signal);
  const { keeper, server: record } = { keeper: shared.keeper(), server: shared.server() };
  if (keeper === undefined || record === undefined) throw new Error("nobody keeps the server");
  const inFlight = server.request(
    "command/exec",
    { command: ["sleep", "100"], cwd: shared.home.root, sandboxPolicy: { type: "dangerFullAccess" } },
    z.unknown(),
    signal,
  );
  const settled = inFlight.catch((error: unknown) => error);
  process.kill(record.process.pid, "SIGKILL");
  expect(await settled).toMatchObject({ failure: { kind: "server-died" } });
  await server.close();
  const next = await openAppServer(shared.options, signal);
  expect(next.kind).toBe("shared");
  await next.close();
  await eventually(() => !isAlive(keeper));
});

test("a lease keeps the server until idle; the lease of a killed process does not", async () => {
  const host = await claimed();
  await visited();
  const kept = await eventually(() => shared.server() === undefined, 12).then(
    () => false,
    () => true,
  );
  expect(kept).toBe(true);
  host.kill();
  await eventually(() => shared.server() === undefined && pidsOf(programs.keeper).length === 0);
  expect(readdirSync(shared.options.leasesDirectory)).toEqual([]);
});

test("our directory taken away: keeper and server go", async () => {
  await claimed();
  const { keeper, server } = await visited();
  rmSync(dirname(shared.place.directory), { recursive: true, force: true });
  await eventually(() => [keeper, server.process].every((one) => !isAlive(one)));
});

test("a lock that somebody damaged: keeper and server go, and leave nothing", async () => {
  await claimed();
  const { keeper, server } = await visited();
  await eventually(() => isKeptBy(keeper));
  truncateSync(shared.place.lock, 20);
  await eventually(() => [keeper, server.process].every((one) => !isAlive(one)));
  const { lock, record, socket } = shared.place;
  expect([lock, record, socket].filter((path) => existsSync(path))).toEqual([]);
});

test("our directory taken away, and another keeper in its place: that one's server stays within reach", async () => {
  await claimed();
  const { keeper, server } = await visited();
  await eventually(() => isKeptBy(keeper));
  process.kill(keeper.pid, "SIGSTOP");
  rmSync(dirname(shared.place.directory), { recursive: true, force: true });
  const other = await openAppServer(shared.options, signal);
  const record = shared.server();
  process.kill(keeper.pid, "SIGCONT");
  await eventually(() => [keeper, server.process].every((one) => !isAlive(one)));
  expect(other.kind).toBe("shared");
  expect([shared.server(), realSocket(shared.place.socket)]).toEqual([record, record?.socket]);
  await other.close();
});

test("the keeper survives a kill of everything that descends from its starter", async () => {
  const file = join(shared.home.root, "options.json");
  writeFileSync(file, JSON.stringify({ ...shared.options, idleSeconds: 600 }));
  const host = startHost();
  takeLease(shared.options.leasesDirectory, parseShape("hook", SessionId), host.pid);
  const starter = spawn(process.execPath, [programs.client, "prewarm", file], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(starter.stdout, "data");
  await eventually(() => shared.server() !== undefined);
  const family = [starter.pid ?? 0, ...descendants(starter.pid ?? 0)];
  for (const pid of family) signalIfAlive(pid, "SIGKILL");
  await once(starter, "close");
  expect(shared.keeper()).toBeDefined();
  expect(shared.server()).toBeDefined();
  const server = await openAppServer(shared.options, signal);
  expect(server.kind).toBe("shared");
  await server.close();
});

test("the keeper survives SIGHUP and holds nobody's output open", async () => {
  await claimed();
  const file = join(shared.home.root, "options.json");
  writeFileSync(file, JSON.stringify(shared.options));
  const client = spawn(process.execPath, [programs.client, "open", file], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  client.stdout.on("data", (text) => output.push(String(text)));
  await once(client, "close");
  expect(output.join("")).toMatch(/^shared /);
  const keeper = shared.keeper();
  if (keeper === undefined) throw new Error("nobody keeps the server");
  process.kill(keeper.pid, "SIGHUP");
  const server = await openAppServer(shared.options, signal);
  expect(shared.keeper()).toEqual(keeper);
  await server.close();
});

test("eight first starts at once on a fresh home share one server", async () => {
  await claimed();
  const file = join(shared.home.root, "options.json");
  writeFileSync(file, JSON.stringify(shared.options));
  const outputs = await Promise.all(
    Array.from({ length: 8 }, () => promisify(execFile)(process.execPath, [programs.client, "open", file])),
  );
  for (const { stdout } of outputs) expect(stdout).toMatch(/^shared /);
  await eventually(() => isKeptBy(shared.keeper()));
  expect(serversRunning()).toBe(1);
});

test("eight private servers at once on a fresh home all answer", async () => {
  const options = { ...shared.options, shared: false };
  const servers = await Promise.all(Array.from({ length: 8 }, () => openAppServer(options, signal)));
  expect(servers.map((server) => server.kind)).toEqual(Array.from({ length: 8 }, () => "private"));
  await Promise.all(servers.map((server) => server.close()));
});

test("a client that comes while the keeper ends its server gets a new one", async () => {
  const { server: before } = await visited();
  await eventually(() => !existsSync(shared.place.socket));
  const server = await openAppServer(shared.options, signal);
  expect(server.kind).toBe("shared");
  expect(shared.server()?.process).not.toEqual(before.process);
  await server.request("thread/loaded/list", {}, z.unknown(), signal);
  await server.close();
});

test("a link that somebody removed is put back", async () => {
  const server = await openAppServer(shared.options, signal);
  rmSync(shared.place.socket);
  await eventually(() => existsSync(shared.place.socket));
  const second = await openAppServer(shared.options, signal);
  expect(second.kind).toBe("shared");
  await second.close();
  await server.close();
});

function descendants(pid: number): readonly number[] {
  const { stdout } = spawnSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" });
  const children = stdout
    .split("\n")
    .map(Number)
    .filter((child) => child > 0);
  return children.flatMap((child) => [child, ...descendants(child)]);
}
