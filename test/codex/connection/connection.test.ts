import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import * as z from "zod/mini";
import type { AppServer, Notification } from "#codex/connection/app-server.ts";
import { connect } from "#codex/connection/connection.ts";
import { webSocketTransport } from "#codex/connection/transport.ts";
import { type FakeAppServer, type Incoming, startFakeAppServer } from "#test/fake-app-server.ts";
import { eventually } from "#test/shared-server.ts";

const { signal } = new AbortController();
const Anything = z.unknown();
let directory: string;
let fake: FakeAppServer;
let released = 0;
/** What the wire was told to be open on it, each time. */
let held: (readonly string[])[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-connection-"));
  released = 0;
  held = [];
});
afterEach(async () => {
  await fake.close();
  rmSync(directory, { recursive: true });
});

async function connected(
  reply?: (request: Incoming) => object | undefined,
  kind: AppServer["kind"] = "shared",
): Promise<AppServer> {
  const path = join(directory, "s");
  fake = await startFakeAppServer(path, reply);
  const socket = new WebSocket("ws://localhost/", { createConnection: () => createConnection(path) });
  await once(socket, "open");
  const wire = {
    kind,
    transport: webSocketTransport(socket),
    obituary: () => "its last words",
    hold: (threads: readonly string[]) => {
      held.push(threads);
    },
    release: async () => {
      released += 1;
    },
  };
  return await connect(wire, "1.2.3", signal);
}

test("the handshake names us, opts out of deltas and is completed", async () => {
  const server = await connected();
  expect(server).toMatchObject({ version: "0.169.0", codexHome: "/home/test/.codex" });
  await eventually(() => fake.received.length === 2);
  expect(fake.received[0]).toMatchObject({
    method: "initialize",
    params: {
      clientInfo: { name: "countersign", title: "Countersign", version: "1.2.3" },
      capabilities: { experimentalApi: true, requestAttestation: false },
    },
  });
  expect(JSON.stringify(fake.received[0])).toContain("item/agentMessage/delta");
  expect(fake.received[1]).toMatchObject({ method: "initialized" });
  await server.close();
  expect(released).toBe(1);
  expect(server.lost.aborted).toBe(false);
});

describe("requests", () => {
  test("a result is checked against its shape", async () => {
    const server = await connected(() => ({ result: { data: [1] } }));
    const Good = z.looseObject({ data: z.array(z.number()) });
    expect(await server.request("a/b", {}, Good, signal)).toEqual({ data: [1] });
    const Other = z.looseObject({ data: z.string() });
    await expect(server.request("a/b", {}, Other, signal)).rejects.toMatchObject({
      failure: { kind: "protocol", method: "a/b" },
    });
    await server.close();
  });

  test("an error reply is a fault, a draining server one of its own", async () => {
    const error = (message: string) => ({ error: { code: -32600, message } });
    const server = await connected((request) =>
      error(request.method === "drain" ? "Server is draining; retry after reconnecting" : "no\nsuch"),
    );
    await expect(server.request("drain", {}, Anything, signal)).rejects.toMatchObject({
      failure: { kind: "server-draining" },
    });
    await expect(server.request("other", {}, Anything, signal)).rejects.toMatchObject({
      failure: { kind: "protocol", method: "other", detail: "no such" },
    });
    await server.close();
  });

  test("a signal ends the wait with its own reason and tells the server nothing", async () => {
    const server = await connected(() => undefined);
    const stop = new AbortController();
    const waiting = server.request("slow", {}, Anything, stop.signal);
    await eventually(() => fake.received.some((message) => message.method === "slow"));
    stop.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    const after = server.request("after", {}, Anything, signal);
    await eventually(() => fake.received.some((message) => message.method === "after"));
    expect(fake.received.map((message) => message.method)).not.toContain("$/cancelRequest");
    await server.close();
    await expect(after).rejects.toMatchObject({ failure: { kind: "server-died" } });
  });

  test("the death of the server settles what is in flight, and what comes later", async () => {
    const server = await connected(() => undefined);
    const waiting = server.request("slow", {}, Anything, signal);
    await eventually(() => fake.received.some((message) => message.method === "slow"));
    fake.drop();
    await expect(waiting).rejects.toMatchObject({
      failure: { kind: "server-died", detail: expect.stringContaining("its last words") },
    });
    expect(server.lost.reason).toMatchObject({ failure: { kind: "server-died" } });
    await expect(server.request("later", {}, Anything, signal)).rejects.toMatchObject({
      failure: { kind: "server-died" },
    });
    await server.close();
    expect(released).toBe(1);
  });
});

describe("notifications", () => {
  test("reach every listener until it leaves", async () => {
    const server = await connected();
    const heard: Notification[] = [];
    const second: Notification[] = [];
    const leave = server.listen((notification) => heard.push(notification));
    server.listen((notification) => second.push(notification));
    fake.send({ method: "turn/started", params: { threadId: "a" }, emittedAtMs: 1 });
    await eventually(() => second.length === 1);
    leave();
    fake.send({ method: "turn/completed", params: { threadId: "a" } });
    await eventually(() => second.length === 2);
    expect(heard).toEqual([{ method: "turn/started", params: { threadId: "a" } }]);
    await server.close();
  });

  test.each([
    ["that is no JSON", "{nonsense"],
    ["that is no object", "[1]"],
    ["with nothing in it", "{}"],
  ])("a message %s ends the connection: something may have been missed", async (_case, text) => {
    const server = await connected();
    fake.send(text);
    await eventually(() => server.lost.aborted);
    expect(server.lost.reason).toMatchObject({ failure: { kind: "protocol" } });
    await server.close();
  });

  test("a listener that throws ends the connection", async () => {
    const server = await connected();
    server.listen(() => {
      throw new Error("listener's bug");
    });
    fake.send({ method: "warning", params: {} });
    await eventually(() => server.lost.aborted);
    expect(server.lost.reason).toMatchObject({
      failure: { kind: "protocol", detail: expect.stringContaining("listener's bug") },
    });
    await server.close();
  });
});

describe("the threads that are open", () => {
  const threads = (request: Incoming) => {
    if (request.method === "thread/start") return { result: { thread: { id: "fresh" } } };
    if (request.method === "thread/resume") return { error: { code: -32600, message: "locked" } };
    return { result: {} };
  };
  const archive = (server: AppServer, threadId: string) =>
    server.request("thread/archive", { threadId }, Anything, signal);

  test("are told to the wire as they come and go", async () => {
    const server = await connected(threads);
    await server.request("thread/start", {}, Anything, signal);
    await archive(server, "another client's");
    await archive(server, "fresh");
    expect(held).toEqual([["fresh"], []]);
    await server.close();
  });

  test("hold one that is to be resumed before the server hears of it", async () => {
    let heldThen: unknown;
    const server = await connected((request) => {
      heldThen = held.at(-1);
      return threads(request);
    });
    const resumed = server.request("thread/resume", { threadId: "old" }, Anything, signal);
    await expect(resumed).rejects.toMatchObject({ failure: { kind: "protocol" } });
    expect(heldThen).toEqual(["old"]);
    expect(held).toEqual([["old"], []]);
    await server.close();
  });
});

describe("requests of the server", () => {
  const asks = (id: number, params: object) => ({
    id,
    method: "item/commandExecution/requestApproval",
    params,
  });
  const replies = (id: number) =>
    fake.received.filter((message) => message.id === id && message.method === undefined);
  const startsThread = (request: Incoming) =>
    request.method === "thread/start" ? { result: { thread: { id: "ours" } } } : { result: {} };

  test("about a thread of ours are refused and shown", async () => {
    const server = await connected(startsThread);
    const heard: Notification[] = [];
    server.listen((notification) => heard.push(notification));
    await server.request("thread/start", {}, Anything, signal);
    fake.send(asks(900, { threadId: "ours" }));
    await eventually(() => replies(900).length === 1);
    expect(replies(900)[0]).toMatchObject({ error: { code: -32601 } });
    expect(heard).toEqual([
      { method: "item/commandExecution/requestApproval", params: { threadId: "ours" } },
    ]);
    await server.close();
  });

  test("about others' threads, or nobody's, are left to the others on a shared server", async () => {
    const server = await connected(startsThread);
    await server.request("thread/start", {}, Anything, signal);
    fake.send(asks(901, { threadId: "another client's" }));
    fake.send(asks(902, {}));
    fake.send(asks(903, { conversationId: "ours" }));
    await eventually(() => replies(903).length === 1);
    await server.request("any", {}, Anything, signal);
    expect([...replies(901), ...replies(902)]).toEqual([]);
    await server.close();
  });

  test("are all refused on a private server, where nobody else could answer", async () => {
    const server = await connected(undefined, "private");
    fake.send(asks(904, { threadId: "a child thread" }));
    await eventually(() => replies(904).length === 1);
    await server.close();
  });
});
