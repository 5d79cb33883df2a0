import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type ClaudeHome, makeClaudeHome, writeUserSettings } from "#test/claude-home.ts";
import { hookResponses, runClaude, startClaude } from "#test/claude-process.ts";
import { inOrder, type MessagesApi, type Script, startMessagesApi } from "#test/messages-api.ts";
import { writeFile } from "#test/messages-stream.ts";
import { lastUserText, stopFeedback, toolResults } from "#test/model-request.ts";

const open: { readonly home: ClaudeHome; readonly api: MessagesApi }[] = [];

afterEach(async () => {
  for (const { home, api } of open.splice(0)) {
    await api.close();
    home.remove();
  }
});

async function stage(script: Script) {
  const home = makeClaudeHome();
  const api = await startMessagesApi(script);
  open.push({ home, api });
  const cwd = join(home.root, "work");
  mkdirSync(cwd);
  return { home, api, cwd };
}

test("the real claude writes a file, is blocked once, and reads the feedback", async () => {
  const { home, api, cwd } = await stage((request, turn) => {
    if (turn === 0) return writeFile(join(cwd, "a.txt"), "one\n");
    if (stopFeedback(request).length > 0) return writeFile(join(cwd, "a.txt"), "two\n");
    return { kind: "say", text: "I wrote it." };
  });
  const hook = join(home.root, "block-once.sh");
  writeFileSync(
    hook,
    `[ -e "$1" ] && { echo '{}'; exit; }; : > "$1"; echo '{"decision":"block","reason":"write two"}'\n`,
  );
  const command = `sh '${hook}' '${join(home.root, "seen")}'`;
  writeUserSettings(home, { hooks: { Stop: [{ hooks: [{ type: "command", command }] }] } });

  const run = await runClaude({ cwd, home, api, prompt: "please write a.txt" });

  expect(run.stderr).toBe("");
  expect(run.exitCode).toBe(0);
  expect(readFileSync(join(cwd, "a.txt"), "utf8")).toBe("two\n");
  expect(api.requests.map((request) => stopFeedback(request))).toEqual([[], [], ["write two"], []]);
  expect(api.requests.map((request) => toolResults(request).map((result) => result.failed))).toEqual([
    [],
    [false],
    [],
    [false],
  ]);
  expect(api.requests.map(lastUserText)).toEqual(Array(4).fill("please write a.txt"));
  expect(hookResponses(run, "Stop").map((response) => response.outcome)).toEqual(["success", "success"]);
  expect(api.surprises).toEqual([]);
});

test("a hanging model can be released", async () => {
  const { home, api, cwd } = await stage(inOrder({ kind: "hang" }));
  const running = startClaude({ cwd, home, api, prompt: "hello" });
  await api.hanging();
  api.release({ kind: "say", text: "at last" });
  const run = await running.done;
  expect(run.events.find((event) => event.type === "result")?.result).toBe("at last");
});

test("an error of the model ends the session without a stop", async () => {
  const { home, api, cwd } = await stage(() => ({
    kind: "error",
    status: 400,
    type: "invalid_request_error",
    message: "no",
  }));
  writeUserSettings(home, { hooks: { Stop: [{ hooks: [{ type: "command", command: "echo '{}'" }] }] } });
  const run = await runClaude({ cwd, home, api, prompt: "hello" });
  expect(run.exitCode).toBe(1);
  expect(hookResponses(run, "Stop")).toEqual([]);
});
