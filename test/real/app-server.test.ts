import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { listIfPresent, makePrivateDirectory } from "#base/files.ts";
import type { AppServer, Notification } from "#codex/connection/app-server.ts";
import { openAppServer } from "#codex/connection/open-app-server.ts";
import { placeOf, prewarmAppServer } from "#codex/server/prewarm-app-server.ts";
import { processesOf, withoutForks } from "#test/processes-of.ts";
import {
  type Bundles,
  bundlePrograms,
  eventually,
  makeSharedServerHome,
  pidsOf,
  type SharedServerHome,
} from "#test/shared-server.ts";

const signal = AbortSignal.timeout(600_000);
const Started = z.looseObject({ thread: z.looseObject({ id: z.string() }), model: z.string() });
const Executed = z.looseObject({ exitCode: z.number(), stdout: z.string() });
let programs: Bundles;
let shared: SharedServerHome;

beforeAll(async () => {
  programs = await bundlePrograms();
});
afterAll(() => programs.remove());
beforeEach(async () => {
  shared = await makeSharedServerHome(programs.keeper);
});
afterEach(() => shared.remove());

function startThread(server: AppServer): Promise<z.output<typeof Started>> {
  const params = { cwd: shared.home.root, ephemeral: true, approvalPolicy: "never", sandbox: "read-only" };
  return server.request("thread/start", params, Started, signal);
}

function execute(server: AppServer, command: readonly string[]): Promise<z.output<typeof Executed>> {
  const params = { command, cwd: shared.home.root, sandboxPolicy: { type: "dangerFullAccess" } };
  return server.request("command/exec", params, Executed, signal);
}

describe("private", () => {
  const openPrivate = () => openAppServer({ ...shared.options, shared: false }, signal);

  test("it answers, and nothing of it runs after close, commands included", async () => {
    const server = await openPrivate();
    expect(server).toMatchObject({
      kind: "private",
      version: "0.169.0",
      codexHome: shared.options.codexHome,
    });
    expect(server.notShared).toBeUndefined();
    await startThread(server);
    const mark = `sleep 98.${process.pid}`;
    const command = execute(server, ["sh", "-c", `${mark}; true`]).catch((error: unknown) => error);
    await eventually(() => pidsOf(mark).length > 0);
    await server.close();
    expect(await command).toMatchObject({ failure: { kind: "server-died" } });
    await eventually(() => pidsOf(mark).length === 0);
    expect(server.lost.aborted).toBe(false);
  });

  test("a refused request names the method", async () => {
    const server = await openPrivate();
    await expect(server.request("no/such", {}, z.unknown(), signal)).rejects.toMatchObject({
      failure: { kind: "protocol", method: "no/such" },
    });
    await server.close();
  });

  test("killed, it settles what is in flight", async () => {
    const server = await openPrivate();
    const running = execute(server, ["sh", "-c", "kill -9 $PPID; sleep 5"]);
    await expect(running).rejects.toMatchObject({
      failure: { kind: "server-died", detail: expect.stringContaining("SIGKILL") },
    });
    await server.close();
  });

  test("a program that is no Codex fails at once, with its last words", async () => {
    const installation = { path: "/bin/false", launchedFrom: "/bin/false", version: "0.169.0" };
    await expect(
      openAppServer({ ...shared.options, installation, shared: false }, signal),
    ).rejects.toMatchObject({
      failure: { kind: "server-start-failed", detail: expect.stringContaining("exit 1") },
    });
  });

  test("the caller's signal ends the start, with its own reason", async () => {
    const stop = AbortSignal.abort(new Error("no time"));
    await expect(openAppServer({ ...shared.options, shared: false }, stop)).rejects.toThrow("no time");
  });

  test("a Codex that is too old to share gets one, and it says so", async () => {
    const installation = { ...shared.options.installation, version: "0.127.0" };
    const server = await openAppServer({ ...shared.options, installation }, signal);
    expect(server).toMatchObject({ kind: "private", notShared: expect.stringContaining("0.127.0") });
    await server.close();
  });
});

describe("shared", () => {
  test("two clients share one process; each sees its own replies", async () => {
    const [one, two] = [
      await openAppServer(shared.options, signal),
      await openAppServer(shared.options, signal),
    ];
    expect([one.kind, two.kind]).toEqual(["shared", "shared"]);
    expect(withoutForks(processesOf(shared.place.socket))).toHaveLength(1);
    const heard: Notification[] = [];
    two.listen((notification) => heard.push(notification));
    const { thread } = await startThread(one);
    await eventually(() => heard.some(({ method }) => method === "thread/started"));
    expect(JSON.stringify(heard)).toContain(thread.id);
    await one.close();
    await startThread(two);
    await two.close();
  });

  test("commands see the guard and nothing of the host's environment; the folder is neutral", async () => {
    process.env["COUNTERSIGN_LEAK"] = "1";
    const server = await openAppServer(shared.options, signal);
    delete process.env["COUNTERSIGN_LEAK"];
    const { stdout } = await execute(server, ["env"]);
    expect(stdout).toContain("COUNTERSIGN_NESTED=1\n");
    expect(stdout).not.toContain("COUNTERSIGN_LEAK");
    expect(stdout).not.toMatch(/^(VITEST|NODE_|SHLVL)/m);
    const pid = shared.server()?.process.pid ?? 0;
    expect(readlinkSync(`/proc/${pid}/cwd`)).toBe(shared.place.directory);
    expect(readFileSync(shared.place.request, "utf8")).not.toContain(
      shared.options.environment["PATH"] ?? "-",
    );
    await server.close();
  });

  test("a running server reads config.toml anew at each thread/start", async () => {
    const server = await openAppServer(shared.options, signal);
    expect((await startThread(server)).model).toBe("gpt-5.5");
    const file = join(shared.options.codexHome, "config.toml");
    writeFileSync(file, readFileSync(file, "utf8").replace("gpt-5.5", "gpt-5.4"));
    expect((await startThread(server)).model).toBe("gpt-5.4");
    await server.close();
  });

  test("prewarmed, it is there without anybody having waited", async () => {
    prewarmAppServer(shared.options);
    await eventually(() => shared.server() !== undefined);
    const server = await openAppServer(shared.options, signal);
    expect(server.kind).toBe("shared");
    await server.close();
  });

  test("a home of two hundred characters works, and leaves nothing in /tmp", async () => {
    const serversDirectory = join(shared.home.root, "d".repeat(200), "servers");
    const options = { ...shared.options, serversDirectory, idleSeconds: 1 };
    const place = placeOf(options);
    expect(place.socket).toMatch(/^\/tmp\/countersign-/);
    const server = await openAppServer(options, signal);
    expect(server.kind).toBe("shared");
    await server.close();
    await eventually(() => pidsOf(place.socket).length === 0 && !existsSync(place.lock));
    const name = place.socket.split("/").at(-1) ?? "";
    await eventually(() => listIfPresent(dirname(place.socket)).every((entry) => !entry.startsWith(name)));
  });
});

describe("what stands at the socket's path", () => {
  test.each([
    ["a dangling link", (path: string) => symlinkSync("/nonexistent/socket", path)],
    ["a file", (path: string) => writeFileSync(path, "not a socket")],
    ["a socket that nobody serves", (path: string) => leaveStaleSocket(path)],
  ])("%s is cleared away", async (_case, leave) => {
    makePrivateDirectory(shared.place.directory);
    await leave(shared.place.socket);
    const server = await openAppServer(shared.options, signal);
    expect(server).toMatchObject({ kind: "shared" });
    await server.close();
  });

  test("one that accepts and never answers costs a moment, not the review", async () => {
    makePrivateDirectory(shared.place.directory);
    const silent = createServer(() => undefined).listen(shared.place.socket);
    await once(silent, "listening");
    const server = await openAppServer(shared.options, signal);
    expect(server).toMatchObject({ kind: "private", notShared: expect.stringContaining("silent") });
    await startThread(server);
    await server.close();
    silent.close();
  });

  test("one that speaks another language likewise", async () => {
    makePrivateDirectory(shared.place.directory);
    const foreign = createServer((socket) => socket.end("HTTP/1.1 404 Not Found\r\n\r\n")).listen(
      shared.place.socket,
    );
    await once(foreign, "listening");
    const server = await openAppServer(shared.options, signal);
    expect(server).toMatchObject({ kind: "private", notShared: expect.stringContaining("404") });
    await server.close();
    foreign.close();
  });

  test("a keeper that does not start costs its budget, not the review", async () => {
    const options = { ...shared.options, keeperScript: "/nonexistent/keeper.cjs" };
    const server = await openAppServer(options, signal);
    expect(server).toMatchObject({ kind: "private", notShared: expect.stringContaining("6 s") });
    await server.close();
  });

  test("a server that cannot start is told by its keeper", async () => {
    const installation = { path: "/bin/false", launchedFrom: "/bin/false", version: "0.169.0" };
    await expect(openAppServer({ ...shared.options, installation }, signal)).rejects.toMatchObject({
      failure: { kind: "server-start-failed" },
    });
    const { failure } = placeOf({ ...shared.options, installation });
    // On a loaded machine the client may have gone its own way before the keeper comes to it.
    await eventually(() => existsSync(failure));
    expect(readFileSync(failure, "utf8")).toContain("server-start-failed");
  });
});

/** A process that is killed leaves its socket behind, and nobody listens. */
async function leaveStaleSocket(path: string): Promise<void> {
  const script = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  await promisify(execFile)(process.execPath, ["-e", script]).catch(() => undefined);
  expect(existsSync(path)).toBe(true);
}
