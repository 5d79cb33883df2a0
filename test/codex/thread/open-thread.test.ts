import { describe, expect, test } from "vitest";
import { CodexFault } from "#codex/fault.ts";
import { ThreadFault } from "#codex/thread/fault.ts";
import { openThread, type ThreadOptions } from "#codex/thread/open-thread.ts";
import { type Reply, scriptedServer } from "#test/scripted-server.ts";

const OPTIONS: ThreadOptions = {
  cwd: "/work",
  resume: undefined,
  model: undefined,
  effort: undefined,
  write: false,
  mcpServers: [],
  name: undefined,
  hasKey: false,
};
const never = new AbortController().signal;

function opened(status = "idle", sandbox = "readOnly", provider = "mock"): object {
  return {
    thread: { id: "t-1", path: "/rollout.jsonl", cliVersion: "0.169.0", status: { type: status } },
    model: "gpt",
    modelProvider: provider,
    sandbox: { type: sandbox },
  };
}

const NO_LOGIN = { authMethod: null, requiresOpenaiAuth: true };
const SERVERS = { docs: { command: "docs" }, web: { url: "http://127.0.0.1/mcp" } };

function serverWith(replies: Readonly<Record<string, Reply>> = {}) {
  return scriptedServer({
    "config/read": () => ({ config: { mcp_servers: SERVERS } }),
    "thread/start": () => opened(),
    "thread/resume": () => opened(),
    "thread/loaded/list": () => ({ data: [] }),
    ...replies,
  });
}

async function faultOf(work: Promise<unknown>): Promise<unknown> {
  const error = await work.catch((thrown: unknown) => thrown);
  return error instanceof ThreadFault || error instanceof CodexFault ? error.failure : error;
}

describe("a fresh thread", () => {
  test("may do no more than was asked for", async () => {
    const { server, asked } = serverWith();
    const thread = await openThread(server, { ...OPTIONS, effort: "low", mcpServers: ["web"] }, never);
    expect(thread).toMatchObject({ id: "t-1", rolloutPath: "/rollout.jsonl" });
    expect(asked[1]).toMatchObject({
      method: "thread/start",
      params: {
        cwd: "/work",
        sandbox: "read-only",
        approvalPolicy: "never",
        config: {
          mcp_servers: { docs: { command: "docs", enabled: false } },
          notify: [],
          web_search: "disabled",
          model_reasoning_effort: "low",
          sandbox_workspace_write: { network_access: false, writable_roots: [] },
          features: { hooks: false, plugins: false, multi_agent: false, shell_snapshot: false },
          agents: { enabled: false },
          shell_environment_policy: { inherit: "core", set: { COUNTERSIGN_NESTED: "1" } },
        },
      },
    });
    expect(JSON.stringify(asked[1])).not.toContain("127.0.0.1");
  });

  test("is given back where Codex gives it another sandbox", async () => {
    const { server, asked } = serverWith({ "thread/start": () => opened("idle", "workspaceWrite") });
    expect(await faultOf(openThread(server, OPTIONS, never))).toMatchObject({ kind: "sandbox-unusable" });
    expect(asked.at(-1)).toEqual({ method: "thread/unsubscribe", params: { threadId: "t-1" } });
    const writing = serverWith({ "thread/start": () => opened("idle", "workspaceWrite") });
    expect(await openThread(writing.server, { ...OPTIONS, write: true }, never)).toMatchObject({ id: "t-1" });
  });

  test("is not opened with a server of MCP that nobody knows", async () => {
    const { server, asked } = serverWith();
    expect(await faultOf(openThread(server, { ...OPTIONS, mcpServers: ["other"] }, never))).toEqual({
      kind: "mcp-server-unknown",
      name: "other",
      known: ["docs", "web"],
    });
    expect(asked.map(({ method }) => method)).toEqual(["config/read"]);
  });
});

describe("a provider that wants a login", () => {
  const at = (provider: string, config: object = {}, status: object | string = NO_LOGIN) =>
    serverWith({
      "config/read": () => ({ config }),
      "thread/start": () => opened("idle", "readOnly", provider),
      getAuthStatus: () => status,
    });

  test("gets no thread where Codex has none", async () => {
    const { server, asked } = at("openai");
    const fault = await faultOf(openThread(server, { ...OPTIONS, name: "It" }, never));
    expect(fault).toMatchObject({ kind: "not-signed-in", detail: expect.stringContaining("/nowhere") });
    expect(asked.map(({ method }) => method).slice(-2)).toEqual(["getAuthStatus", "thread/unsubscribe"]);
    expect(asked.at(-2)?.params).toEqual({ includeToken: false, refreshToken: false });
  });

  test.each([
    ["a provider of one's own", at("mock"), false],
    ["a proxy in its place", at("openai", { openai_base_url: "http://127.0.0.1:1/v1" }), false],
    ["a key in the environment", at("openai"), true],
    ["a login", at("openai", {}, { authMethod: "chatgpt", requiresOpenaiAuth: true }), false],
    ["none needed", at("openai", {}, { authMethod: null, requiresOpenaiAuth: false }), false],
    ["an answer that says less", at("openai", {}, {}), false],
    ["a Codex that does not tell", at("openai", {}, "unknown variant"), false],
    ["an answer of another shape", at("openai", {}, { authMethod: 1 }), false],
  ] as const)("is left to say so itself: %s", async (_, { server }, hasKey) => {
    expect(await openThread(server, { ...OPTIONS, hasKey }, never)).toMatchObject({ id: "t-1" });
  });
});

describe("a thread that is continued", () => {
  const resumed = { ...OPTIONS, resume: "t-1" };
  const methods = (asked: readonly { readonly method: string }[]) =>
    asked.map(({ method }) => method).slice(1);

  test("is taken from the archive", async () => {
    const { server, asked } = serverWith();
    await openThread(server, resumed, never);
    expect(methods(asked)).toEqual(["thread/loaded/list", "thread/unarchive", "thread/resume"]);
    expect(asked.at(-1)?.params).toMatchObject({ threadId: "t-1", sandbox: "read-only", excludeTurns: true });
  });

  test("is unloaded first where a server has it loaded, for it would keep its settings", async () => {
    const { server, asked } = serverWith({
      "thread/loaded/list": () => ({ data: ["t-0", "t-1"] }),
      "thread/read": () => ({ thread: { status: { type: "idle" } } }),
      "thread/unarchive": () => "no such thread in the archive",
    });
    await openThread(server, resumed, never);
    expect(methods(asked)).toEqual([
      "thread/loaded/list",
      "thread/read",
      "thread/archive",
      "thread/unarchive",
      "thread/resume",
    ]);
  });

  test("is left alone while a turn runs on it", async () => {
    const loaded = serverWith({
      "thread/loaded/list": () => ({ data: ["t-1"] }),
      "thread/read": () => ({ thread: { status: { type: "active" } } }),
    });
    expect(await faultOf(openThread(loaded.server, resumed, never))).toMatchObject({ why: "busy" });
    expect(methods(loaded.asked)).toEqual(["thread/loaded/list", "thread/read"]);
    const since = serverWith({ "thread/resume": () => opened("active") });
    expect(await faultOf(openThread(since.server, resumed, never))).toMatchObject({ why: "busy" });
    expect(since.asked.at(-1)?.method).toBe("thread/unsubscribe");
  });

  test.each([
    ["no rollout found for thread id t-1", "unknown"],
    ["invalid session id: found `n` at 1", "unknown"],
    ["thread t-1 already has an active writer", "held"],
    ["something new", "refused"],
  ])("is said not to be there, or to be held: %s", async (detail, why) => {
    const { server } = serverWith({ "thread/resume": () => detail });
    expect(await faultOf(openThread(server, resumed, never))).toEqual({
      kind: "thread-unavailable",
      threadId: "t-1",
      why,
      detail,
    });
  });
});
