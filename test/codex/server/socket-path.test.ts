import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  accepts,
  realSocket,
  requirePrivate,
  secureSocketFolder,
  socketPath,
} from "#codex/server/socket-path.ts";

const FOREIGN_UID = 65_534;
const root = process.getuid?.() === 0;
let directory: string;
let server: Server | undefined;

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "countersign-socket-")));
});
afterEach(async () => {
  if (server?.listening) {
    server.close();
    await once(server, "close");
  }
  rmSync(directory, { recursive: true });
});

async function listen(path: string): Promise<void> {
  server = createServer().listen(path);
  await once(server, "listening");
}

test("it lies in the directory where that is short enough, else in a private folder in /tmp", () => {
  expect(socketPath("/state/servers/key")).toBe("/state/servers/key/s");
  const far = socketPath(`/home/${"h".repeat(200)}/servers/key`);
  expect(far).toMatch(/^\/tmp\/countersign-\d+\/[0-9a-f]{20}\.sock$/);
  expect(far).not.toBe(socketPath(`/home/${"h".repeat(200)}/servers/other`));
  const wide = `/home/${"ä".repeat(45)}/key`;
  expect(socketPath(wide)).toMatch(/^\/tmp\//);
});

test("the real socket is found, directly and through a link", async () => {
  const socket = join(directory, "real");
  await listen(socket);
  symlinkSync(socket, join(directory, "s"));
  expect(realSocket(socket)).toBe(socket);
  expect(realSocket(join(directory, "s"))).toBe(socket);
});

test("nothing there, a dangling link or any other file is no socket", () => {
  writeFileSync(join(directory, "file"), "");
  symlinkSync(join(directory, "file"), join(directory, "link"));
  expect(realSocket(join(directory, "file"))).toBeUndefined();
  expect(realSocket(join(directory, "link"))).toBeUndefined();
  symlinkSync("/nonexistent/target", join(directory, "s"));
  expect(realSocket(join(directory, "s"))).toBeUndefined();
  expect(realSocket(join(directory, "absent"))).toBeUndefined();
  expect(realSocket(join(directory, "absent", "s"))).toBeUndefined();
  symlinkSync(join(directory, "round"), join(directory, "round"));
  expect(realSocket(join(directory, "round"))).toBeUndefined();
});

test("a socket in a folder that others can write is not trusted", async () => {
  const open = join(directory, "open");
  mkdirSync(open);
  chmodSync(open, 0o777);
  await listen(join(open, "real"));
  symlinkSync(join(open, "real"), join(directory, "s"));
  expect(() => realSocket(join(directory, "s"))).toThrow(/open to other users/);
});

test.runIf(root)("another user's socket or folder is not trusted", async () => {
  const socket = join(directory, "s");
  await listen(socket);
  chownSync(socket, FOREIGN_UID, FOREIGN_UID);
  expect(() => realSocket(socket)).toThrow(/belongs to another user/);
  chownSync(socket, 0, 0);
  chownSync(directory, FOREIGN_UID, FOREIGN_UID);
  expect(() => realSocket(socket)).toThrow(/belongs to another user/);
  expect(() => secureSocketFolder(socket)).toThrow(/belongs to another user/);
});

test("a folder above that every user can change is not trusted, one that is sticky is", async () => {
  const above = join(directory, "above");
  const folder = join(above, "between", "private");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await listen(join(folder, "s"));
  expect(realSocket(join(folder, "s"))).toBe(join(folder, "s"));
  chmodSync(above, 0o777);
  expect(() => realSocket(join(folder, "s"))).toThrow(`${above}, on the way to it, can be changed`);
  expect(() => secureSocketFolder(join(folder, "s"))).toThrow(/can be changed by every user/);
  expect(() => requirePrivate(folder)).toThrow(/can be changed by every user/);
  chmodSync(above, 0o1777);
  expect(realSocket(join(folder, "s"))).toBe(join(folder, "s"));
  chmodSync(above, 0o775);
  expect(realSocket(join(folder, "s"))).toBe(join(folder, "s"));
});

test("a link that leads through such a folder is not trusted either", async () => {
  const above = join(directory, "above");
  const folder = join(above, "private");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await listen(join(folder, "real"));
  symlinkSync(join(folder, "real"), join(directory, "s"));
  expect(realSocket(join(directory, "s"))).toBe(join(folder, "real"));
  chmodSync(above, 0o777);
  expect(() => realSocket(join(directory, "s"))).toThrow(/can be changed by every user/);
});

test.runIf(root)("a folder above that belongs to another user is not trusted", async () => {
  const above = join(directory, "above");
  const folder = join(above, "private");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await listen(join(folder, "s"));
  chownSync(above, FOREIGN_UID, FOREIGN_UID);
  expect(() => realSocket(join(folder, "s"))).toThrow(/on the way to it, belongs to another user/);
});

test("a server that is too busy to take one more client counts as one that listens", async () => {
  const path = join(directory, "busy");
  const script = `
    const { createServer, createConnection } = require("net");
    const server = createServer().listen({ path: process.argv[1], backlog: 1 }, () => console.log("up"));
    process.stdin.once("data", () => process.exit());
  `;
  const busy = spawn(process.execPath, ["-e", script, path], { stdio: ["pipe", "pipe", "inherit"] });
  await once(busy.stdout, "data");
  busy.kill("SIGSTOP");
  const waiting = await fillBacklog(path);
  expect(await accepts(path)).toBe(true);
  for (const socket of waiting) socket.destroy();
  busy.kill("SIGKILL");
  await once(busy, "close");
  expect(await accepts(path)).toBe(false);
});

test("the folder of a socket is made private, and refused where it is not", () => {
  const fresh = join(directory, "fresh", "s");
  secureSocketFolder(fresh);
  expect(existsSync(dirname(fresh))).toBe(true);
  chmodSync(dirname(fresh), 0o750);
  expect(() => secureSocketFolder(fresh)).toThrow(/open to other users/);
  symlinkSync(directory, join(directory, "link"));
  expect(() => secureSocketFolder(join(directory, "link", "s"))).toThrow(/is not a folder/);
});

/** Connects until the system takes no more. */
async function fillBacklog(path: string): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  for (;;) {
    const socket = createConnection(path);
    const taken = await new Promise((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
    });
    if (taken === false) return sockets;
    sockets.push(socket);
  }
}
