import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { identifyProcess, isAlive, type ProcessIdentity } from "#base/process-identity.ts";
import { adoptServer } from "#codex/server/adopt-server.ts";
import { endServer, removeTraces, runsHere } from "#codex/server/end-server.ts";
import { serverPlace } from "#codex/server/server-place.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { eventually } from "#test/shared-server.ts";

let started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started) child.kill("SIGKILL");
  started = [];
});

async function run(script: string): Promise<ProcessIdentity> {
  const child = spawn(process.execPath, ["-e", `${script}; console.log("up"); setInterval(() => {}, 1000)`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  started.push(child);
  await once(child.stdout, "data");
  const identity = identifyProcess(child.pid ?? 0);
  if (identity === undefined) throw new Error("no process");
  return identity;
}

test("a recorded pid that has passed to another process is neither adopted nor signalled", async () => {
  const innocent = await run("");
  const recycled = { ...innocent, startTime: "1" };
  const place = serverPlace(join(scratchFolder(), "key"));
  mkdirSync(place.directory);
  writeFileSync(place.record, JSON.stringify({ process: recycled, socket: place.socket }));
  expect(await adoptServer(place)).toBeUndefined();
  await endServer({ process: recycled, socket: place.socket });
  expect(isAlive(innocent)).toBe(true);
});

test("a record of an earlier boot names nobody", async () => {
  const innocent = await run("");
  await endServer({ process: { ...innocent, bootId: "another" }, socket: "/nonexistent" });
  expect(isAlive(innocent)).toBe(true);
});

test("a record of another pid namespace names nobody here, though its number is taken", async () => {
  const innocent = await run("");
  const elsewhere = { ...innocent, pidNamespace: "pid:[1]" };
  expect(isAlive(elsewhere)).toBe(true);
  expect(runsHere(elsewhere)).toBe(false);
  await endServer({ process: elsewhere, socket: "/nonexistent" });
  expect(isAlive(innocent)).toBe(true);
});

test("a process that ignores every polite signal is ended all the same", async () => {
  const stubborn = await run(`process.on("SIGTERM", () => {})`);
  const kill = vi.spyOn(process, "kill");
  onTestFinished(() => kill.mockRestore());
  await endServer({ process: stubborn, socket: "/nonexistent" });
  // The second SIGTERM ends a server that drains. How soon a killed process is gone is the system's.
  expect(kill.mock.calls).toEqual(["SIGTERM", "SIGTERM", "SIGKILL"].map((signal) => [stubborn.pid, signal]));
  await eventually(() => !isAlive(stubborn));
});

test("a recorded server that runs but cannot be reached is ended, and its traces go", async () => {
  const unreachable = await run("");
  const folder = scratchFolder();
  const place = serverPlace(join(folder, "key"));
  mkdirSync(place.directory);
  const socket = join(folder, "daemon-socket");
  writeFileSync(`${socket}.lock`, "");
  symlinkSync(socket, place.socket);
  writeFileSync(place.record, JSON.stringify({ process: unreachable, socket }));
  expect(await adoptServer(place)).toBeUndefined();
  expect(isAlive(unreachable)).toBe(false);
  expect([place.record, `${socket}.lock`].filter((path) => existsSync(path))).toEqual([]);
});

test("traces are removed as often as one likes", () => {
  const place = serverPlace(join(scratchFolder(), "key"));
  const record = {
    process: { pid: 1, startTime: "", bootId: "", pidNamespace: "" },
    socket: "/nonexistent/s",
  };
  removeTraces(place, record);
  removeTraces(place, record);
  expect(existsSync(place.directory)).toBe(false);
});

test("a torn record names nobody", async () => {
  const place = serverPlace(join(scratchFolder(), "key"));
  mkdirSync(place.directory);
  writeFileSync(place.record, "{");
  expect(await adoptServer(place)).toBeUndefined();
});

test("a folder in the socket's place stays, and the record goes all the same", () => {
  const place = serverPlace(join(scratchFolder(), "key"));
  mkdirSync(place.socket, { recursive: true });
  const record = {
    process: { pid: 1, startTime: "1", bootId: "", pidNamespace: "" },
    socket: `${place.socket}.real`,
  };
  for (const path of [place.record, record.socket, `${record.socket}.lock`]) writeFileSync(path, "{}");
  removeTraces(place, record);
  expect([place.record, record.socket, `${record.socket}.lock`].filter(existsSync)).toEqual([]);
  expect(existsSync(place.socket)).toBe(true);
});
