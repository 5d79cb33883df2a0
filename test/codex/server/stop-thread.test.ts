import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { type ServerPlace, serverPlace } from "#codex/server/server-place.ts";
import { stopThread } from "#codex/server/stop-thread.ts";
import { type FakeAppServer, startFakeAppServer } from "#test/fake-app-server.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

let servers: string;
let [first, second]: readonly ServerPlace[] = [];
beforeEach(() => {
  servers = scratchFolder();
  [first, second] = ["a", "b"].map((letter) => {
    const directory = join(servers, letter.repeat(20));
    mkdirSync(directory, { mode: 0o700 });
    return serverPlace(directory);
  });
});

type Thread = { readonly id: string; readonly status: "active" | "idle"; readonly hangs?: boolean };

async function serving(place: ServerPlace | undefined, thread?: Thread): Promise<FakeAppServer> {
  let status = thread?.status;
  const fake = await startFakeAppServer(place?.socket ?? "", ({ method }) => {
    if (method === "thread/loaded/list") return { result: { data: thread === undefined ? [] : [thread.id] } };
    if (method === "thread/read") return { result: { thread: { status: { type: status } } } };
    if (method === "turn/interrupt" && thread?.hangs !== true) status = "idle";
    return { result: {} };
  });
  onTestFinished(() => fake.close());
  return fake;
}

const methods = ({ received }: FakeAppServer): readonly unknown[] =>
  received.slice(2).map(({ method }) => method);

function stop(): Promise<unknown> {
  return stopThread({ serversDirectory: servers, clientVersion: "1" }, "t", AbortSignal.timeout(20_000));
}

test("a turn is stopped with its commands on the server that has it, and the thread stays", async () => {
  const [without, having] = [await serving(first), await serving(second, { id: "t", status: "active" })];
  expect(await stop()).toMatchObject({ kind: "stopped", detail: expect.stringContaining("b".repeat(20)) });
  expect(methods(without)).toEqual(["thread/loaded/list"]);
  expect(methods(having)).toEqual([
    "thread/loaded/list",
    "thread/read",
    "turn/interrupt",
    "thread/backgroundTerminals/clean",
    "thread/loaded/list",
    "thread/read",
  ]);
});

test("commands that a turn has left are ended too, where none runs any more", async () => {
  const fake = await serving(first, { id: "t", status: "idle" });
  expect(await stop()).toMatchObject({ kind: "not-running" });
  expect(methods(fake)).toContain("thread/backgroundTerminals/clean");
});

test("a turn that goes on all the same is not told as stopped", async () => {
  await serving(first, { id: "t", status: "active", hangs: true });
  expect(await stop()).toMatchObject({ kind: "unknown" });
});

test("without a server nothing runs, and nothing is written", async () => {
  expect(await stop()).toMatchObject({ kind: "not-running" });
  expect(readdirSync(first?.directory ?? "")).toEqual([]);
});

test("a server that goes away leaves it open", async () => {
  const fake = await startFakeAppServer(first?.socket ?? "", ({ method }) => {
    if (method === "thread/loaded/list") fake.drop();
    return undefined;
  });
  onTestFinished(() => fake.close());
  expect(await stop()).toMatchObject({ kind: "unknown", detail: expect.stringContaining("a".repeat(20)) });
});
