import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { identifyProcess } from "#base/process-identity.ts";
import { hasClients, markClient } from "#codex/server/client-mark.ts";
import { orphansIn } from "#codex/server/orphans.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

let clients: string;
beforeEach(() => {
  clients = scratchFolder();
});

/** The mark of a process that has ended, as it stood when it did. */
async function markOfTheDead(name: string, threads?: readonly string[]): Promise<string> {
  const client = spawn("sleep", ["60"]);
  await once(client, "spawn");
  const identity = identifyProcess(client.pid ?? 0);
  client.kill("SIGKILL");
  await once(client, "exit");
  const path = join(clients, name);
  writeFileSync(path, JSON.stringify({ ...identity, threads }));
  return path;
}

function threadsOfOrphans(): readonly (readonly string[])[] {
  return orphansIn(clients).map(({ threads }) => threads);
}

test("a client that died with a thread open leaves an orphan, and is no client", async () => {
  const path = await markOfTheDead("one", ["a"]);
  expect(hasClients(clients)).toBe(false);
  expect(threadsOfOrphans()).toEqual([["a"]]);
  expect(existsSync(path)).toBe(true);
});

test("a client that died without one leaves nothing", async () => {
  await markOfTheDead("one");
  await markOfTheDead("two", []);
  expect(threadsOfOrphans()).toEqual([]);
  expect(hasClients(clients)).toBe(false);
  expect(readdirSync(clients)).toEqual([]);
});

test("a thread that a living client opened since is that one's for as long", async () => {
  await markOfTheDead("one", ["a", "b"]);
  const mark = markClient(clients);
  mark.hold(["b"]);
  expect(threadsOfOrphans()).toEqual([]);
  mark.hold(["c"]);
  expect(threadsOfOrphans()).toEqual([["a", "b"]]);
  mark.hold([]);
  mark.remove();
});

test("a mark goes with its client, unless a thread was not given back", () => {
  const [tidy, other] = [markClient(clients), markClient(clients)];
  tidy.hold(["a"]);
  tidy.hold([]);
  other.hold(["b"]);
  for (const mark of [tidy, tidy, other]) mark.remove();
  expect(readdirSync(clients)).toHaveLength(1);
  expect(hasClients(clients)).toBe(true);
  expect(threadsOfOrphans()).toEqual([]);
});

test("what is no mark is left alone", () => {
  for (const text of ["", "{}", '{"pid":1}']) writeFileSync(join(clients, `foreign ${text.length}`), text);
  expect(threadsOfOrphans()).toEqual([]);
  expect(hasClients(clients)).toBe(false);
  expect(readdirSync(clients)).toHaveLength(3);
});

test("a folder that stands in the place of a mark fails nobody who writes it or takes it back", () => {
  const mark = markClient(clients);
  const [name = ""] = readdirSync(clients);
  rmSync(join(clients, name));
  mkdirSync(join(clients, name));
  mark.hold(["a"]);
  mark.hold([]);
  mark.remove();
  expect(readdirSync(clients)).toEqual([name]);
});
