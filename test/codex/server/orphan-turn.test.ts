import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { identifyProcess } from "#base/process-identity.ts";
import { markClient } from "#codex/server/client-mark.ts";
import { endOrphanTurns } from "#codex/server/orphan-turn.ts";
import { orphanWatch } from "#codex/server/orphans.ts";
import { type ServerPlace, serverPlace } from "#codex/server/server-place.ts";
import { type FakeAppServer, type Incoming, startFakeAppServer } from "#test/fake-app-server.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { eventually } from "#test/shared-server.ts";

let place: ServerPlace;
let mark: string;
beforeEach(async () => {
  place = serverPlace(scratchFolder());
  mkdirSync(place.clients);
  const client = spawn("sleep", ["60"]);
  await once(client, "spawn");
  mark = join(place.clients, "dead");
  const identity = identifyProcess(client.pid ?? 0);
  client.kill("SIGKILL");
  await once(client, "exit");
  writeFileSync(mark, JSON.stringify({ ...identity, threads: ["a", "b"] }));
});

async function serving(reply?: (request: Incoming) => object | undefined): Promise<FakeAppServer> {
  const fake = await startFakeAppServer(place.socket, reply);
  onTestFinished(() => fake.close());
  return fake;
}

function endThem(): Promise<void> {
  return endOrphanTurns(place.directory, "1.2.3", AbortSignal.timeout(20_000));
}

function asked({ received }: FakeAppServer): readonly unknown[] {
  return received.slice(2).map(({ method, ["params"]: params }) => [method, params]);
}

const STEPS = (threadId: string) => [
  ["turn/interrupt", { threadId, turnId: "" }],
  ["thread/backgroundTerminals/clean", { threadId }],
  ["thread/archive", { threadId }],
];

test("every thread of a dead client is brought to rest, and its mark goes", async () => {
  const fake = await serving();
  await endThem();
  expect(asked(fake)).toEqual([...STEPS("a"), ...STEPS("b")]);
  expect(existsSync(mark)).toBe(false);
});

test("a thread of the user's own is brought to rest and stays in the list", async () => {
  const text = JSON.parse(readFileSync(mark, "utf8"));
  writeFileSync(mark, JSON.stringify({ ...text, threads: ["a"], keeps: true }));
  const fake = await serving();
  await endThem();
  expect(asked(fake)).toEqual(STEPS("a").slice(0, 2));
  expect(existsSync(mark)).toBe(false);
});

test("what is refused is as good as done, and an interrupt need not be answered", async () => {
  const fake = await serving(({ method }) =>
    method === "turn/interrupt" ? undefined : { error: { code: -32600, message: "thread not found: a" } },
  );
  await endThem();
  expect(asked(fake)).toEqual([...STEPS("a"), ...STEPS("b")]);
  expect(existsSync(mark)).toBe(false);
});

test("a server that goes away, or does not say, leaves the mark for another time", async () => {
  const fake = await serving(({ method }) => {
    if (method === "thread/archive") fake.drop();
    return method === "thread/archive" ? undefined : { result: {} };
  });
  await expect(endThem()).rejects.toMatchObject({ failure: { kind: "server-died" } });
  expect(existsSync(mark)).toBe(true);
});

test("without a server there is nothing to be said, without a dead client nobody to be asked", async () => {
  await expect(endThem()).rejects.toMatchObject({ failure: { kind: "server-start-failed" } });
  writeFileSync(mark, "");
  await endThem();
});

test("a thread that a living client opened meanwhile is not touched", async () => {
  const living = markClient(place.clients);
  living.hold(["b"]);
  const fake = await serving();
  await endThem();
  expect(fake.received).toEqual([]);
  expect(existsSync(mark)).toBe(true);
  living.hold([]);
  living.remove();
});

/** A script in the place of the keeper's that notes its words and exits with the code. */
function script(code: number): { readonly path: string; readonly calls: () => number } {
  const [path, notes] = [join(place.directory, "script.cjs"), join(place.directory, "notes")];
  const note = `require("fs").appendFileSync(${JSON.stringify(notes)}, process.argv.slice(2).join(" ") + "\\n");`;
  writeFileSync(path, `${note} process.exit(${code});`);
  appendFileSync(notes, "");
  const line = `--end-orphans ${place.directory}`;
  return {
    path,
    calls: () =>
      readFileSync(notes, "utf8")
        .split("\n")
        .filter((one) => one === line).length,
  };
}

test("the watch starts one process at a time, and after one in vain another", async () => {
  const { path, calls } = script(1);
  const look = orphanWatch(place, path);
  for (let looks = 0; looks < 10; looks += 1) look();
  await eventually(() => calls() === 1);
  await eventually(() => {
    look();
    return calls() === 2;
  });
  expect(existsSync(mark)).toBe(true);
});

test("the watch starts nothing where nobody died", () => {
  writeFileSync(mark, "");
  orphanWatch(place, "/nonexistent")();
  expect(existsSync(mark)).toBe(true);
});
