import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { SessionId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { isAlive } from "#base/process-identity.ts";
import type { AppServer } from "#codex/connection/app-server.ts";
import { openAppServer } from "#codex/connection/open-app-server.ts";
import { takeLease } from "#codex/server/lease.ts";
import { placeOf, prewarmAppServer } from "#codex/server/prewarm-app-server.ts";
import type { ServerOptions } from "#codex/server-options.ts";
import {
  type Bundles,
  bundlePrograms,
  eventually,
  makeSharedServerHome,
  pidsOf,
  type Records,
  recordsOf,
  type SharedServerHome,
  signalIfAlive,
} from "#test/shared-server.ts";

const signal = AbortSignal.timeout(600_000);
const FOREIGN_UID = 65_534;
/** Mounting and giving files away is root's; elsewhere these cases are left out. */
const asRoot = process.getuid?.() === 0;
let programs: Bundles;
let shared: SharedServerHome;
let undo: (() => void)[];

beforeAll(async () => {
  programs = await bundlePrograms();
});
afterAll(() => programs.remove());
beforeEach(async () => {
  undo = [];
  shared = await makeSharedServerHome(programs.keeper, { idleSeconds: 600 });
});
afterEach(async () => {
  for (const step of undo.toReversed()) step();
  await shared.remove();
});

/** A session that lives until the test is over, so that only what is tried ends a server. */
function claim(): void {
  const host = spawn("sleep", ["1000"], { stdio: "ignore" });
  undo.push(() => host.kill("SIGKILL"));
  takeLease(shared.options.leasesDirectory, parseShape("claimed", SessionId), host.pid ?? 0);
}

function signIn(key: string): void {
  const auth = { auth_mode: "apikey", OPENAI_API_KEY: key };
  writeFileSync(join(shared.options.codexHome, "auth.json"), JSON.stringify(auth));
}

function works(server: AppServer): Promise<unknown> {
  return server.request("thread/loaded/list", {}, z.unknown(), signal);
}

/** Ends the keeper of a place, and waits until nothing of it runs. */
async function endKeeper({ keeper, server }: Records): Promise<void> {
  const pid = keeper()?.pid;
  if (pid === undefined) throw new Error("nobody keeps the server");
  process.kill(pid, "SIGTERM");
  await eventually(() => keeper() === undefined && server() === undefined);
}

/** Opens and closes a connection, and returns the pid of the server that it had. */
async function visit(options: ServerOptions): Promise<number | undefined> {
  const server = await openAppServer(options, signal);
  expect(server.kind).toBe("shared");
  const pid = recordsOf(placeOf(options)).server()?.process.pid;
  await server.close();
  return pid;
}

describe("a server that nobody will ask for again", () => {
  test("after another sign-in: its review ends in peace, then it goes, folder and all", async () => {
    claim();
    signIn("sk-anna");
    const place = placeOf(shared.options);
    const records = recordsOf(place);
    const review = await openAppServer(shared.options, signal);
    const old = records.server()?.process;
    signIn("sk-bert");
    const young = await visit(shared.options);
    expect(young).not.toBe(old?.pid);
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    expect(old !== undefined && isAlive(old)).toBe(true);
    await works(review);
    await review.close();
    await eventually(() => records.server() === undefined && records.keeper() === undefined);
    await eventually(() => !existsSync(place.directory));
    const bert = recordsOf(placeOf(shared.options));
    expect(bert.server()?.process.pid).toBe(young);
    await endKeeper(bert);
  });

  test("after its program was replaced", async () => {
    claim();
    const program = join(shared.home.root, "codex");
    copyFileSync(shared.options.installation.path, program);
    const options = {
      ...shared.options,
      installation: { ...shared.options.installation, path: program, launchedFrom: program },
    };
    const records = recordsOf(placeOf(options));
    await visit(options);
    copyFileSync(program, `${program}-new`);
    chmodSync(`${program}-new`, 0o755);
    renameSync(`${program}-new`, program);
    await eventually(() => records.server() === undefined && records.keeper() === undefined);
  });

  test("after its socket was taken away, which nobody can put back", async () => {
    claim();
    await visit(shared.options);
    rmSync(realpathSync(shared.place.socket));
    await eventually(() => shared.server() === undefined && shared.keeper() === undefined);
    expect(await visit(shared.options)).toBeDefined();
  });

  test("two sessions with accounts of their own in the environment keep both servers", async () => {
    claim();
    const accounts = ["sk-anna", "sk-bert"].map((key) => ({
      ...shared.options,
      environment: { ...shared.options.environment, OPENAI_API_KEY: key },
    }));
    const first = [];
    for (const account of accounts) first.push(await visit(account));
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    const second = [];
    for (const account of accounts) second.push(await visit(account));
    expect(second).toEqual(first);
    expect(new Set(second).size).toBe(2);
    for (const account of accounts) await endKeeper(recordsOf(placeOf(account)));
  });
});

describe.runIf(asRoot)("where nothing can be written", () => {
  /** A small file system of its own at that folder. */
  function mount(folder: string): void {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k,mode=0700", "tmpfs", folder]);
    undo.push(() => execFileSync("umount", ["--lazy", folder]));
  }

  function fill(folder: string): void {
    expect(() => writeFileSync(join(folder, "ballast"), Buffer.alloc(1_000_000))).toThrow(/ENOSPC/);
  }

  test("on a full disk the review has a private server, and no process stays", async () => {
    mount(shared.options.serversDirectory);
    fill(shared.options.serversDirectory);
    const server = await openAppServer(shared.options, signal);
    expect(server).toMatchObject({ kind: "private", notShared: expect.stringContaining("ENOSPC") });
    await works(server);
    await server.close();
    await eventually(() => pidsOf(shared.home.root).length === 0);
  });

  test.each([
    ["just before the server starts", ""],
    [
      "once the server was recorded, and before it says a word",
      `case "$*" in *app-server*) sleep 1 ;; *) shift 2; exec "$@" ;; esac\n`,
    ],
  ])("a disk that fills %s: neither keeper nor server stays", async (_when, first) => {
    const disk = shared.options.serversDirectory;
    const programsFolder = join(shared.home.root, "programs");
    const ballast = join(disk, "ballast");
    mount(disk);
    mkdirSync(programsFolder);
    // Called just before the server is started, and then to start it.
    const fills = `[ -e '${ballast}' ] || head -c 1000000 /dev/zero > '${ballast}' 2>/dev/null`;
    const setpriv = `#!/bin/sh\n${first}${fills}\nshift 2\nexec "$@"\n`;
    writeFileSync(join(programsFolder, "setpriv"), setpriv);
    chmodSync(join(programsFolder, "setpriv"), 0o755);
    const PATH = `${programsFolder}:${shared.options.environment["PATH"]}`;
    const options = { ...shared.options, environment: { ...shared.options.environment, PATH } };
    const place = placeOf(options);
    prewarmAppServer(options);
    await eventually(() => existsSync(ballast));
    await eventually(() => pidsOf(place.directory).length === 0);
    expect([place.lock, place.record, place.socket].filter((path) => existsSync(path))).toEqual([]);
    expect(readFileSync(place.log, "utf8")).toContain("ENOSPC");
  });

  test("a state that becomes read-only does not end a server in use; nothing runs afterwards", async () => {
    claim();
    const review = await openAppServer({ ...shared.options, idleSeconds: 1 }, signal);
    const { server, keeper } = { server: shared.server()?.process, keeper: shared.keeper() };
    const writable = freeze(shared.options.serversDirectory);
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    expect(server !== undefined && isAlive(server)).toBe(true);
    await works(review);
    const other = await openAppServer(shared.options, signal);
    expect(other).toMatchObject({ kind: "private", notShared: expect.stringContaining("EROFS") });
    await other.close();
    await review.close();
    // The mark could not be taken back: as long as this process lives, it counts.
    writable();
    for (const name of readdirSync(shared.place.clients)) rmSync(join(shared.place.clients, name));
    freeze(shared.options.serversDirectory);
    await eventually(() => [server, keeper].every((one) => one !== undefined && !isAlive(one)));
  });

  /** Nothing below the folder can be written any more, until what is returned is called. */
  function freeze(folder: string): () => void {
    execFileSync("mount", ["--bind", folder, folder]);
    execFileSync("mount", ["-o", "remount,bind,ro", folder]);
    let frozen = true;
    const thaw = (): void => {
      if (frozen) execFileSync("umount", ["--lazy", folder]);
      frozen = false;
    };
    undo.push(thaw);
    return thaw;
  }
});

test("all that a server and its keeper have is this user's alone", async () => {
  const server = await openAppServer(shared.options, signal);
  const names = readdirSync(shared.options.serversDirectory, { recursive: true, encoding: "utf8" });
  const socket = realpathSync(shared.place.socket);
  const paths = [
    shared.options.serversDirectory,
    ...names.map((name) => join(shared.options.serversDirectory, name)),
    socket,
    dirname(socket),
  ];
  const open = paths.filter((path) => {
    // The keeper replaces files while it is looked at them.
    const found = lstatSync(path, { throwIfNoEntry: false });
    return found !== undefined && !found.isSymbolicLink() && (found.mode & 0o077) !== 0;
  });
  expect(open).toEqual([]);
  expect(names.length).toBeGreaterThan(5);
  await server.close();
});

describe("what is not ours", () => {
  test("a folder at the socket's path: a private server, and the folder stays", async () => {
    mkdirSync(shared.place.socket, { recursive: true, mode: 0o700 });
    const server = await openAppServer(shared.options, signal);
    expect(server.kind).toBe("private");
    await server.close();
    expect(statSync(shared.place.socket).isDirectory()).toBe(true);
  });

  test.runIf(asRoot)("another user's listener at the socket's path is sent nothing", async () => {
    mkdirSync(shared.place.directory, { recursive: true, mode: 0o700 });
    let heard = 0;
    const foreign = createServer(() => {
      heard += 1;
    }).listen(shared.place.socket);
    await once(foreign, "listening");
    chownSync(shared.place.socket, FOREIGN_UID, FOREIGN_UID);
    const server = await openAppServer(shared.options, signal);
    expect(server).toMatchObject({ kind: "private", notShared: expect.stringContaining("another user") });
    await server.close();
    expect(heard).toBe(0);
    foreign.close();
  });

  test.runIf(asRoot)("a folder in /tmp that another user made first is not used", async () => {
    const serversDirectory = join(shared.home.root, "d".repeat(200), "servers");
    const options = { ...shared.options, serversDirectory };
    const folder = dirname(placeOf(options).socket);
    mkdirSync(folder, { mode: 0o777 });
    undo.push(() => rmSync(folder, { recursive: true, force: true }));
    chownSync(folder, FOREIGN_UID, FOREIGN_UID);
    const server = await openAppServer(options, signal);
    expect(server).toMatchObject({ kind: "private", notShared: expect.stringContaining("another user") });
    await server.close();
  });

  test("a state that every user can change: its request is not run, nothing is shared", async () => {
    chmodSync(shared.home.root, 0o777);
    const server = await openAppServer(shared.options, signal);
    expect(server).toMatchObject({
      kind: "private",
      notShared: expect.stringContaining("changed by every user"),
    });
    await server.close();
    mkdirSync(shared.place.directory, { recursive: true });
    const keeper = spawn(process.execPath, [programs.keeper, shared.place.directory], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const said: string[] = [];
    keeper.stderr.on("data", (text) => said.push(String(text)));
    expect(await once(keeper, "close")).toEqual([1, null]);
    expect(said.join("")).toContain("changed by every user");
    chmodSync(shared.home.root, 0o700);
  });

  test.runIf(asRoot)("a container with the same home has a server of its own", async () => {
    claim();
    const file = join(shared.home.root, "options.json");
    writeFileSync(file, JSON.stringify(shared.options));
    const here = await visit(shared.options);
    // All that was in the namespace dies with its first process, without a word, as in a container that is stopped.
    const inside = [
      "--pid",
      "--fork",
      "--mount-proc",
      "--kill-child",
      process.execPath,
      programs.client,
      "open",
      file,
    ];
    expect(execFileSync("unshare", inside, { encoding: "utf8" })).toMatch(/^shared /);
    expect(
      readdirSync(shared.options.serversDirectory).filter((name) => /^[0-9a-f]{20}$/.test(name)),
    ).toHaveLength(2);
    expect(execFileSync("unshare", inside, { encoding: "utf8" })).toMatch(/^shared /);
    expect(await visit(shared.options)).toBe(here);
  });
});

test("a server that writes without end has a short log", async () => {
  const noisy = join(shared.home.root, "noisy-codex");
  const script = `#!/bin/sh\ncase "$*" in *--listen*) (while :; do printf '%01000d\\n' 0 >&2; done) & ;; esac\nexec '${shared.options.installation.path}' "$@"\n`;
  writeFileSync(noisy, script);
  chmodSync(noisy, 0o755);
  const options = {
    ...shared.options,
    idleSeconds: 1,
    installation: { ...shared.options.installation, path: noisy },
  };
  const place = placeOf(options);
  const server = await openAppServer(options, signal);
  const noise = pidsOf(noisy).filter((pid) => pid !== recordsOf(place).server()?.process.pid);
  undo.push(() => {
    for (const pid of noise) signalIfAlive(pid, "SIGKILL");
  });
  let cut = 0;
  let before = 0;
  await eventually(() => {
    const { size } = statSync(place.log);
    if (size < before) cut += 1;
    before = size;
    return cut >= 2;
  });
  await works(server);
  await server.close();
});
