import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { identifyProcess } from "#base/process-identity.ts";
import type { RegisteredHook } from "#claude/settings.ts";
import { fireHook, type HookSurroundings } from "#commands/doctor/prove/fire-hook.ts";
import { limitInHand } from "#test/limit-in-hand.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const { signal } = new AbortController();
const INPUT = { hook_event_name: "Stop", session_id: "s" };

function hook(changes: Partial<RegisteredHook>): RegisteredHook {
  const place = { scope: "user", path: "/settings.json", event: "Stop" } as const;
  return { ...place, command: "", args: [], timeout: 20, ...changes };
}

async function fire(changes: Partial<RegisteredHook>, own: Partial<HookSurroundings> = {}) {
  const environment = { PATH: process.env["PATH"], CLAUDE_PROJECT_DIR: "/pro ject", NOT_SET: undefined };
  const surroundings = { environment, cwd: scratchFolder(), platform: "linux", ...own } as const;
  return await fireHook(hook(changes), INPUT, surroundings, signal);
}

/** A Node program that answers with what it was given. */
const TELL = `const fs = require("node:fs"); console.log(JSON.stringify({
  systemMessage: fs.readFileSync(0, "utf8"), words: process.argv.slice(1), variables: Object.keys(process.env) }));`;

test("the shell form is one line for /bin/sh, the input on stdin, and no other variables", async () => {
  const command = `'${process.execPath}' -e "$PROGRAM" "a b" $((1 + 1))`;
  const environment = { PROGRAM: TELL };
  expect(await fire({ command }, { environment })).toMatchObject({
    kind: "answered",
    answer: { systemMessage: JSON.stringify(INPUT), words: ["a b", "2"] },
  });
  const variables = await fire({ command }, { environment: { PROGRAM: TELL, NOT_SET: undefined } });
  expect(JSON.stringify(variables)).not.toMatch(/NOT_SET|VITEST/);
});

test("the exec form has no shell, and only the project's folder is filled in", async () => {
  const args = ["-e", TELL, ["$", "{CLAUDE_PROJECT_DIR}/x"].join(""), "$HOME", "`id`", "a; b"];
  expect(await fire({ command: process.execPath, args })).toMatchObject({
    answer: { words: ["/pro ject/x", "$HOME", "`id`", "a; b"] },
  });
});

test.each([
  ["nothing", "true", "it printed nothing, which is no JSON object (exit code 0)"],
  ["a word before the answer", "echo hi; echo '{}'", 'it printed "hi {}", which is no JSON object'],
  ["two answers", "echo '{}'; echo '{}'", 'it printed "{} {}", which is no JSON object'],
  ["an array", "echo '[1]'", 'it printed "[1]", which is no JSON object'],
  ["a program that is missing", "/nonexistent/hook stop", "(exit code 127; "],
])("%s is no answer", async (_what, command, why) => {
  expect(await fire({ command })).toMatchObject({ kind: "failed", why: expect.stringContaining(why) });
});

test("neither is a program of the exec form that is missing, or one that was killed", async () => {
  const missing = await fire({ command: "/nonexistent/node", args: ["x"] });
  expect(missing).toMatchObject({ kind: "failed", why: expect.stringContaining("it does not start: ") });
  expect(await fire({ command: "kill -9 $$" })).toMatchObject({ kind: "failed" });
});

test("an answer counts at any exit code, as with the host", async () => {
  const answer = { decision: "block", reason: "R" };
  expect(await fire({ command: `echo '${JSON.stringify(answer)}'; exit 2` })).toMatchObject({ answer });
});

test("one that overstays its time is ended with all that it started, and what it said does not count", async () => {
  const folder = scratchFolder();
  const note = `echo $! > '${folder}/new' && mv '${folder}/new' '${folder}/pid'`;
  const command = `echo '{"decision":"block"}'; sleep 300 & ${note}; wait`;
  const limit = limitInHand(1_000);
  const fired = fire({ command, timeout: 1 });
  await vi.waitUntil(() => existsSync(join(folder, "pid")), 50_000);
  limit.reach();
  expect(await fired).toMatchObject({ kind: "failed", why: "it did not answer within 1 s and was ended" });
  const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
  await vi.waitFor(() => expect(identifyProcess(pid)).toBeUndefined(), 50_000);
});

test("on Windows the shell form needs a bash, which may be named", async () => {
  const command = "echo '{}'";
  expect(await fire({ command }, { platform: "win32", environment: { Path: "C:\\x" } })).toMatchObject({
    kind: "failed",
    why: "there is no bash that would run it",
  });
  const environment = { CLAUDE_CODE_GIT_BASH_PATH: "/bin/sh" };
  expect(await fire({ command }, { platform: "win32", environment })).toMatchObject({ kind: "answered" });
});
