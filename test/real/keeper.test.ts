import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, realpathSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import * as z from "zod/mini";
import { SessionId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { isAlive } from "#base/process-identity.ts";
import { openAppServer } from "#codex/connection/open-app-server.ts";
import { takeLease } from "#codex/server/lease.ts";
import { placeOf, prewarmAppServer } from "#codex/server/prewarm-app-server.ts";
import { realSocket } from "#codex/server/socket-path.ts";
import {
  type Bundles,
  bundlePrograms,
  eventually,
  makeSharedServerHome,
  pidsOf,
  recordsOf,
  type SharedServerHome,
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
  return pidsOf(shared.place.socket).length;
}

/** A session of a host that lives as long as the test wants. */
function startHost(): { pid: number; kill: () => void } {
  const child = spawn("sleep", ["1000"], { stdio: "ignore" });
  return { pid: child.pid ?? 0, kill: () => child.kill("SIGKILL") };
}

test("twenty keepers at once: one lives, with one server", async () => {
  const host = startHost();
  await shared.remove();
  shared = await makeSharedServerHome(programs.keeper, { idleSeconds: 600 });
  takeLease(shared.options.leasesDirectory, parseShape("session", SessionId), host.pid);
  prewarmAppServer(shared.options);
  for (let count = 0; count < 19; count += 1) {
    spawn(process.execPath, [programs.keeper, shared.place.directory], {
      env: { ...shared.options.environment },
      stdio: "ignore",
    });
  }
  await eventually(() => shared.server() !== undefined && pidsOf(programs.keeper).length === 1);
  expect(pidsOf(programs.keeper)).toEqual([shared.keeper()?.pid]);
  expect(serversRunning()).toBe(1);
  host.kill();
});

test("with nobody left, server, keeper, sockets and marks go", async () => {
  const server = await openAppServer(shared.options, signal);
  expect(server.kind).toBe("shared");
  const socket = realpathSync(shared.place.socket);
  expect(existsSync(`${socket}.lock`)).toBe(true);
  await server.close();
  await eventually(() => serversRunning() === 0 && shared.keeper() === undefined);
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
  const before = shared.server()?.process;
  process.kill(shared.keeper()?.pid ?? 0, "SIGKILL");
  await eventually(() => shared.server() === undefined);
  await eventually(() => server.lost.aborted);
  expect(server.lost.reason).toMatchObject({ failure: { kind: "server-died" } });
  await server.close();
  const next = await openAppServer(shared.options, signal);
  expect(next.kind).toBe("shared");
  expect(shared.server()?.process.pid).not.toBe(before?.pid);
  await next.close();
});

test("where the server outlives its killed keeper, the next open has it adopted", async () => {
  const environment = { ...shared.options.environment, PATH: shared.home.home };
  const place = placeOf({ ...shared.options, environment });
  shared = { ...shared, ...recordsOf(place), options: { ...shared.options, environment }, place };
  await (await openAppServer(shared.options, signal)).close();
  const [keeper, server] = [shared.keeper(), shared.server()];
  process.kill(keeper?.pid ?? 0, "SIGKILL");
  await eventually(() => shared.keeper() === undefined);
  const next = await openAppServer(shared.options, signal);
  await eventually(() => shared.keeper() !== undefined);
  expect(shared.server()).toEqual(server);
  await next.close();
  await eventually(() => serversRunning() === 0 && shared.keeper() === undefined);
  expect(server === undefined || existsSync(server.socket)).toBe(false);
});

test("the server killed: the keeper goes, a request in flight is settled, the next open works", async () => {
  const server = await openAppServer(shared.options, signal);
  const keeper = shared.keeper();
  const inFlight = server.request(
    "command/exec",
    { command: ["sleep", "100"], cwd: shared.home.root, sandboxPolicy: { type: "dangerFullAccess" } },
    z.unknown(),
    signal,
  );
  const settled = inFlight.catch((error: unknown) => error);
  process.kill(shared.server()?.process.pid ?? 0, "SIGKILL");
  expect(await settled).toMatchObject({ failure: { kind: "server-died" } });
  await server.close();
  const next = await openAppServer(shared.options, signal);
  expect(next.kind).toBe("shared");
  await next.close();
  await eventually(() => keeper === undefined || !isAlive(keeper));
});

test("a lease keeps the server until idle; the lease of a killed process does not", async () => {
  const host = startHost();
  await shared.remove();
  shared = await makeSharedServerHome(programs.keeper, { idleSeconds: 600 });
  takeLease(shared.options.leasesDirectory, parseShape("one", SessionId), host.pid);
  await (await openAppServer(shared.options, signal)).close();
  const kept = await eventually(() => shared.server() === undefined, 12).then(
    () => false,
    () => true,
  );
  expect(kept).toBe(true);
  host.kill();
  await eventually(() => shared.server() === undefined && shared.keeper() === undefined);
  expect(readdirSync(shared.options.leasesDirectory)).toEqual([]);
});

test("our directory taken away: keeper and server go", async () => {
  await (await openAppServer(shared.options, signal)).close();
  const [keeper, server] = [shared.keeper(), shared.server()];
  rmSync(dirname(shared.place.directory), { recursive: true, force: true });
  await eventually(() => [keeper, server?.process].every((one) => one !== undefined && !isAlive(one)));
});

test("a lock that somebody damaged: keeper and server go, and leave nothing", async () => {
  await (await openAppServer(shared.options, signal)).close();
  const [keeper, server] = [shared.keeper(), shared.server()];
  truncateSync(shared.place.lock, 20);
  await eventually(() => [keeper, server?.process].every((one) => one !== undefined && !isAlive(one)));
  const { lock, record, socket } = shared.place;
  expect([lock, record, socket].filter((path) => existsSync(path))).toEqual([]);
});

test("our directory taken away, and another keeper in its place: that one's server stays within reach", async () => {
  await (await openAppServer(shared.options, signal)).close();
  const [keeper, server] = [shared.keeper(), shared.server()];
  process.kill(keeper?.pid ?? 0, "SIGSTOP");
  rmSync(dirname(shared.place.directory), { recursive: true, force: true });
  const other = await openAppServer(shared.options, signal);
  const record = shared.server();
  process.kill(keeper?.pid ?? 0, "SIGCONT");
  await eventually(() => [keeper, server?.process].every((one) => one !== undefined && !isAlive(one)));
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
  for (const pid of family) process.kill(pid, "SIGKILL");
  await once(starter, "close");
  expect(shared.keeper()).toBeDefined();
  expect(shared.server()).toBeDefined();
  const server = await openAppServer(shared.options, signal);
  expect(server.kind).toBe("shared");
  await server.close();
  host.kill();
});

test("the keeper survives SIGHUP and holds nobody's output open", async () => {
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
  expect(keeper).toBeDefined();
  process.kill(keeper?.pid ?? 0, "SIGHUP");
  const server = await openAppServer(shared.options, signal);
  expect(shared.keeper()).toEqual(keeper);
  await server.close();
});

test("eight first starts at once on a fresh home share one server", async () => {
  const file = join(shared.home.root, "options.json");
  writeFileSync(file, JSON.stringify({ ...shared.options, idleSeconds: 600 }));
  const outputs = await Promise.all(
    Array.from({ length: 8 }, () => promisify(execFile)(process.execPath, [programs.client, "open", file])),
  );
  for (const { stdout } of outputs) expect(stdout).toMatch(/^shared /);
  expect(pidsOf(programs.keeper)).toEqual([shared.keeper()?.pid]);
  expect(serversRunning()).toBe(1);
});

test("eight private servers at once on a fresh home all answer", async () => {
  const options = { ...shared.options, shared: false };
  const servers = await Promise.all(Array.from({ length: 8 }, () => openAppServer(options, signal)));
  expect(servers.map((server) => server.kind)).toEqual(Array.from({ length: 8 }, () => "private"));
  await Promise.all(servers.map((server) => server.close()));
});

test("a client that comes while the keeper ends its server gets a new one", async () => {
  await (await openAppServer(shared.options, signal)).close();
  const before = shared.server()?.process;
  await eventually(() => !existsSync(shared.place.socket));
  const server = await openAppServer(shared.options, signal);
  expect(server.kind).toBe("shared");
  expect(shared.server()?.process).not.toEqual(before);
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
