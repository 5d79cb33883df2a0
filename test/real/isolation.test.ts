import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import type { AppServer } from "#codex/connection/app-server.ts";
import { TurnStartResult } from "#codex/protocol.ts";
import { runTurn } from "#codex/review/turn.ts";
import type { Script } from "#test/responses-api.ts";
import {
  closeThread,
  openReviewServer,
  openThread,
  type ReviewPlace,
  reviewPlace,
  timeLimit,
} from "#test/review-server.ts";
import { runCommand, say } from "#test/reviewer-action.ts";
import { eventually } from "#test/shared-server.ts";

const SCHEMA = { type: "object", properties: {}, required: [], additionalProperties: false };
const ASK = { prompt: "THE PROMPT", schema: SCHEMA, effort: "low" };

/** Texts that stand in files which would reach a reviewer, were it not kept apart. */
const TRAPS = [
  "PROJECT DEVELOPER",
  "PROJECT-MODEL",
  "PROJECT ENVIRONMENT",
  "PROJECT AGENTS",
  "PROJECT SKILL",
  "HOME SKILL",
];
const PROGRAMS = ["user-one", "user-two", "project-server"];

function log(place: ReviewPlace, name: string): string {
  const path = join(place.home.root, "log", name);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** A program that writes a line with its argument when it starts, and ends with its input. */
function program(place: ReviewPlace, name: string): string {
  const path = join(place.home.root, "log", name);
  place.write(path, "");
  return place.write(
    join(place.home.root, "bin", name),
    `#!/bin/sh\nprintf 'started %s\\n' "$1" >> '${path}'\nexec cat > /dev/null\n`,
    0o755,
  );
}

/** Lays out everything that a repository and a user can put into a conversation. */
function layTraps(place: ReviewPlace, trusted: string, root = place.root): void {
  const { home, write } = place;
  const config = join(home.codexHome, "config.toml");
  const user = `notify = ["${program(place, "user-notify")}"]\ndeveloper_instructions = "USER DEVELOPER"\n`;
  const tables = `
[projects."${trusted}"]
trust_level = "trusted"
[mcp_servers.user-one]
command = "${program(place, "user-one")}"
[mcp_servers.user-two]
command = "${program(place, "user-two")}"
`;
  write(config, user + readFileSync(config, "utf8") + tables);
  write(
    join(root, ".codex/config.toml"),
    `developer_instructions = "PROJECT DEVELOPER"
model = "PROJECT-MODEL"
web_search = "live"
[shell_environment_policy.set]
FROM_PROJECT = "PROJECT ENVIRONMENT"
[mcp_servers.project-server]
command = "${program(place, "project-server")}"
`,
  );
  const shell = program(place, "login-shell");
  write(join(home.home, ".bashrc"), `${shell} < /dev/null\n`);
  write(join(root, "AGENTS.md"), "PROJECT AGENTS");
  write(join(root, ".agents/skills/one/SKILL.md"), "---\nname: one\ndescription: PROJECT SKILL\n---\n");
  write(join(home.home, ".agents/skills/two/SKILL.md"), "---\nname: two\ndescription: HOME SKILL\n---\n");
}

/** A turn on a thread as any client would open it. */
async function plainTurn(server: AppServer, root: string): Promise<void> {
  const Started = z.looseObject({ thread: z.looseObject({ id: z.string() }) });
  const { thread } = await server.request("thread/start", { cwd: root }, Started, timeLimit());
  const completed = new Promise((resolve) => {
    server.listen(({ method }) => (method === "turn/completed" ? resolve(method) : undefined));
  });
  const input = [{ type: "text", text: "PLAIN" }];
  await server.request("turn/start", { threadId: thread.id, input }, TurnStartResult, timeLimit());
  await completed;
}

const lookAround: Script = (request) =>
  request.outputs.length === 0 ? runCommand(request, "env") : say("done");

async function expectIsolation(place: ReviewPlace, root: string): Promise<void> {
  const server = await openReviewServer(place);
  const thread = await openThread(server, place, { root });
  await runTurn(server, thread, ASK, timeLimit());
  const [request, withOutput] = place.api.requests;
  for (const trap of [...TRAPS, "USER DEVELOPER"]) expect(withOutput?.body).not.toContain(trap);
  expect(log(place, "login-shell")).toBe("");
  expect(request?.tools.toSorted()).toEqual([
    "apply_patch",
    "exec_command",
    "request_user_input",
    "write_stdin",
  ]);
  expect(request).toMatchObject({ model: "gpt-5.5", effort: "low", prompt: "THE PROMPT", schema: SCHEMA });
  const texts = request?.texts.map(({ text }) => text);
  expect(texts?.slice(0, 2)).toEqual(["OUR BASE INSTRUCTIONS", "OUR DEVELOPER INSTRUCTIONS"]);
  expect(thread).toMatchObject({ model: "gpt-5.5", sandbox: "profile", instructionSources: [] });

  // The same traps on a thread of another client: what that one starts was started once, and by it alone.
  await plainTurn(server, root);
  for (const trap of TRAPS) expect(place.api.requests.at(-1)?.body).toContain(trap);
  await eventually(() => PROGRAMS.every((name) => log(place, name) !== ""));
  await eventually(() => log(place, "user-notify") !== "" && log(place, "login-shell") !== "");
  for (const name of PROGRAMS) expect(log(place, name)).toBe("started \n");
  expect(log(place, "user-notify")).not.toContain(thread.id);
}

test("nothing of a trusted project, of the user's setup or of its programs reaches a review", async () => {
  const place = await reviewPlace(lookAround);
  layTraps(place, place.root);
  await expectIsolation(place, place.root);
});

test("a repository that is reached through a symbolic link is kept apart as well", async () => {
  const place = await reviewPlace(lookAround);
  layTraps(place, place.root);
  const link = join(place.home.root, "link");
  symlinkSync(place.root, link);
  await expectIsolation(place, link);
});

test("a linked worktree of a trusted repository is kept apart as well", async () => {
  const place = await reviewPlace(lookAround);
  const linked = join(place.home.root, "linked");
  const git = { cwd: place.root, env: place.home.env, extendEnv: false };
  const author = ["-c", "user.name=a", "-c", "user.email=a@b"];
  await execa("git", [...author, "commit", "--quiet", "--allow-empty", "-m", "first"], git);
  await execa("git", ["worktree", "add", "--quiet", linked], git);
  layTraps(place, place.root, linked);
  await expectIsolation(place, linked);
});

test("a resumed thread is as isolated as a fresh one", async () => {
  const place = await reviewPlace((request) =>
    request.prompt === "SECOND" && request.outputs.length === 0
      ? runCommand(request, "cat .env")
      : say("done"),
  );
  const first = await openReviewServer(place);
  const thread = await openThread(first, place);
  await runTurn(first, thread, ASK, timeLimit());
  await closeThread(first, thread);
  await first.close();
  layTraps(place, place.root);
  place.write(join(place.root, ".env"), "SECRET IN ENV");

  const server = await openReviewServer(place);
  const again = await openThread(server, place, { resume: thread.id });
  expect(again).toMatchObject({ id: thread.id, resumed: true, notResumed: undefined, sandbox: "profile" });
  await runTurn(server, again, { ...ASK, prompt: "SECOND" }, timeLimit());
  expect(place.api.requests.at(-1)?.outputs[0]).toContain(".env: Permission denied");
  for (const request of place.api.requests) {
    for (const trap of [...TRAPS, "SECRET IN ENV"]) expect(request.body).not.toContain(trap);
  }
  for (const name of PROGRAMS) expect(log(place, name)).toBe("");
});

test("a model of the next family gets no instructions of Codex's own about modes", async () => {
  const place = await reviewPlace();
  const server = await openReviewServer(place);
  await runTurn(server, await openThread(server, place, { model: "gpt-6.1-sol" }), ASK, timeLimit());
  const [request] = place.api.requests;
  expect(request?.model).toBe("gpt-6.1-sol");
  expect(request?.body).not.toContain("Collaboration Mode");
  expect(request?.tools).toContain("exec");
});

test("the global AGENTS.md does reach a review, and the thread says so", async () => {
  const place = await reviewPlace();
  const source = place.write(join(place.home.codexHome, "AGENTS.md"), "GLOBAL AGENTS");
  const server = await openReviewServer(place);
  const thread = await openThread(server, place);
  expect(thread.instructionSources).toEqual([source]);
});

test("a model that knows sub-agents is offered none", async () => {
  const model = "gpt-6.1-sol";
  const place = await reviewPlace(() => say("done"), { model });
  const server = await openReviewServer(place);
  const tools = (): readonly string[] =>
    (place.api.requests.at(-1)?.tools ?? []).filter((name) => /agent|collaboration|message/.test(name));
  await plainTurn(server, place.root);
  expect(tools()).toContain("spawn_agent");
  await runTurn(server, await openThread(server, place, { model }), ASK, timeLimit());
  expect(tools()).toEqual([]);
});
