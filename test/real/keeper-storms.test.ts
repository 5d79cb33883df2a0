import { chmodSync, existsSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listIfPresent, readIfPresent } from "#base/files.ts";
import { parseJson } from "#base/json.ts";
import { hasClients } from "#codex/server/client-mark.ts";
import { type ServerPlace, serverPlace } from "#codex/server/server-place.ts";
import { ServerRecord } from "#codex/server/server-record.ts";
import { serverFolders } from "#codex/server/unused-servers.ts";
import { nativeCodex } from "#test/codex-home.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { type GateWorld, makeGateWorld, type WorldSession } from "#test/gate-world.ts";
import { processesOf } from "#test/processes-of.ts";
import { closedGate, type Gate, reviewAnswer } from "#test/reviewer-action.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";

let world: GateWorld;
let gate: Gate;
let more: ScratchRepository[];

beforeEach(async () => {
  more = [];
  gate = closedGate();
  world = await makeGateWorld((request) => ({
    kind: "hold",
    until: gate.opened.then(() => reviewAnswer(request)),
  }));
});
afterEach(async () => {
  await world.close();
  for (const repository of more) repository.remove();
});

/** Sessions of one user, each in a repository of its own. */
function sessions(count: number, env: Readonly<Record<string, string>> = {}): readonly WorldSession[] {
  return Array.from({ length: count }, () => world.session({ cwd: anotherRepository().root, env }));
}

function anotherRepository(): ScratchRepository {
  const repository = makeRepository();
  more.push(repository);
  repository.write("README.md", "# A repository\n");
  repository.commit("Begin");
  return repository;
}

function changeAll(): void {
  for (const repository of more) repository.write("new.js", "made();\n");
}

function running(): { servers: readonly number[]; keepers: readonly number[] } {
  const found = processesOf(world.state);
  const pids = (pattern: RegExp) =>
    found.filter(({ command }) => pattern.test(command)).map(({ pid }) => pid);
  return { servers: pids(/codex\S* .*app-server/), keepers: pids(/keeper\.cjs \//) };
}

function servedBy(): readonly (string | undefined)[] {
  return world.receipts().map(({ review }) => review?.serverKind);
}

/** The record of the one server. */
function record(): ServerRecord {
  return parseJson(recordText() ?? "", ServerRecord);
}

/** Whether it says where it really listens, which its keeper writes once it does. */
function listens(): boolean {
  return recordText()?.includes("/tmp/codex-daemon") === true;
}

/** Whether a process has marked that it uses the server, which comes before it connects. */
function isAskedFor(): boolean {
  return placesOf().some(({ clients }) => hasClients(clients));
}

function recordText(): string | undefined {
  return placesOf()
    .map(({ record: file }) => readIfPresent(file))
    .find((text) => text !== undefined);
}

function placesOf(): readonly ServerPlace[] {
  return serverFolders(join(world.state, "servers")).map(serverPlace);
}

/** Resolves once so many reviews were asked for. None of the stops can end before the gate opens. */
async function asked(count: number, stops: readonly Promise<unknown>[]): Promise<void> {
  const ended = Promise.race(stops).then(() => {
    throw new Error(`a stop ended without an answer: ${JSON.stringify(world.receipts(), null, 1)}`);
  });
  await Promise.race([world.api.requested(count), ended]);
}

/** Of those that were started at once all but one find that it lives, and end again. */
async function untilOneKeeper(): Promise<void> {
  await eventuallyAsync(
    async () => running().keepers.length === 1,
    () => `one keeper is left: ${JSON.stringify(processesOf(world.state), null, 1)}`,
  );
}

test("eight sessions begin and stop at once on a fresh home: no failure, one server", async () => {
  const eight = sessions(8);
  await Promise.all(eight.map((session) => session.start()));
  changeAll();
  const stops = eight.map((session) => session.stop());
  await asked(8, stops);
  expect(running().servers).toHaveLength(1);
  gate.open();
  for (const answer of await Promise.all(stops)) expect(answer.decision).toBeUndefined();
  expect(eight.map((session) => session.outcomes())).toEqual(eight.map(() => ["allowed"]));
  expect(servedBy()).toEqual(eight.map(() => "shared"));
});

test("twenty stops at once where nothing runs yet: no failure, one server, one keeper", async () => {
  const twenty = sessions(20, { COUNTERSIGN_PREWARM: "false" });
  // Only the stops are to come at once: a start that takes too long has no baseline.
  for (let at = 0; at < twenty.length; at += 4)
    await Promise.all(twenty.slice(at, at + 4).map((session) => session.start()));
  changeAll();
  expect(running()).toEqual({ servers: [], keepers: [] });
  const stops = twenty.map((session) => session.stop());
  await asked(20, stops);
  expect(running().servers).toEqual([record().process.pid]);
  await untilOneKeeper();
  gate.open();
  await Promise.all(stops);
  expect(twenty.map((session) => session.outcomes())).toEqual(twenty.map(() => ["allowed"]));
  expect(servedBy()).toEqual(twenty.map(() => "shared"));
});

test("a server that takes eight seconds to start: the review has one of its own, and the slow one lives", async () => {
  const slow = join(world.codex.root, "slow-codex");
  const script = `#!/bin/sh\ncase "$*" in *--listen*) sleep 8;; esac\nexec '${nativeCodex()}' "$@"\n`;
  writeFileSync(slow, script);
  chmodSync(slow, 0o755);
  const [one, two] = sessions(2, { COUNTERSIGN_CODEX: slow });
  await one?.start();
  changeAll();
  gate.open();
  await Promise.all([one?.stop(), two?.start()]);
  await eventuallyAsync(
    async () => listens(),
    () => "the slow one is up",
  );
  const { pid } = record().process;
  await two?.stop();
  expect([one?.outcomes(), two?.outcomes()]).toEqual([["allowed"], ["skipped(unchanged)"]]);
  expect(running().servers).toEqual([pid]);
});

test("a server that is held up for two seconds is waited for, and neither doubled nor ended", async () => {
  gate.open();
  const [one] = sessions(1);
  await one?.start();
  await eventuallyAsync(
    async () => listens(),
    () => "it listens",
  );
  const { pid } = record().process;
  changeAll();
  process.kill(pid, "SIGSTOP");
  const stop = one?.stop();
  await eventuallyAsync(
    async () => isAskedFor(),
    () => "the stop asks for the server",
  );
  setTimeout(() => process.kill(pid, "SIGCONT"), 2_000);
  await stop;
  expect(one?.outcomes()).toEqual(["allowed"]);
  expect(servedBy()).toEqual(["shared"]);
  expect(running().servers).toEqual([pid]);
});

test("one session ends in the middle of another's review, which goes on", async () => {
  const [one, two] = sessions(2);
  await Promise.all([one?.start(), two?.start()]);
  changeAll();
  const stop = two?.stop();
  await world.api.requested(1);
  await untilOneKeeper();
  const before = running();
  expect(await one?.end()).toEqual({});
  expect(running()).toEqual(before);
  gate.open();
  await stop;
  expect([one?.outcomes(), two?.outcomes()]).toEqual([[], ["allowed"]]);
  expect(servedBy()).toEqual(["shared"]);
});

test("the worktree of a session, then the whole repository, can go while server and keeper live", async () => {
  gate.open();
  const repository = anotherRepository();
  const tree = join(repository.beside, "tree");
  repository.git("worktree", "add", "--quiet", tree);
  const session = world.session({ cwd: tree });
  await session.start();
  writeFileSync(join(tree, "new.js"), "made();\n");
  await session.stop();
  expect(session.outcomes()).toEqual(["allowed"]);
  await untilOneKeeper();
  const { servers, keepers } = running();
  expect([...servers, ...keepers]).toHaveLength(2);
  for (const pid of [...servers, ...keepers]) {
    expect(
      openPaths(pid).filter((path) => path.startsWith(repository.root) || path.startsWith(tree)),
    ).toEqual([]);
  }
  repository.git("worktree", "remove", "--force", tree);
  expect(existsSync(tree)).toBe(false);
  rmSync(repository.root, { recursive: true });
  const other = world.session();
  await other.start();
  world.repository.write("new.js", "made();\n");
  await other.stop();
  expect(other.outcomes()).toEqual(["allowed"]);
  expect(running()).toEqual({ servers, keepers });
});

/** Where a process works, and what it has open. */
function openPaths(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  const links = ["cwd", "root", "exe"].map((name) => `/proc/${pid}/${name}`);
  const maps = readFileSync(`/proc/${pid}/maps`, "utf8")
    .split("\n")
    .map((line) => line.slice(73));
  return [...links, ...listIfPresent(folder).map((name) => join(folder, name))]
    .flatMap((link) => target(link))
    .concat(maps);
}

/** A file that was closed since has none. */
function target(link: string): readonly string[] {
  try {
    return [readlinkSync(link)];
  } catch {
    return [];
  }
}
