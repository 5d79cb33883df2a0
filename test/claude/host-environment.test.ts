import { expect, test } from "vitest";
import { claudeConfigDirectory, readHostEnvironment } from "#claude/host-environment.ts";

test("a shell of its own says nothing of a host", () => {
  expect(readHostEnvironment({ PATH: "/usr/bin" })).toEqual({
    underAgent: false,
    pid: undefined,
    sessionId: undefined,
    headless: false,
    projectDirectory: undefined,
  });
});

test("a hook learns the process, the session and the folder", () => {
  const environment = {
    CLAUDECODE: "1",
    CLAUDE_PID: "4711",
    CLAUDE_CODE_SESSION_ID: "4ad3c1de",
    CLAUDE_CODE_SESSION_ATTENDED: "1",
    CLAUDE_CODE_ENTRYPOINT: "cli",
    CLAUDE_PROJECT_DIR: "/repo",
  };
  expect(readHostEnvironment(environment)).toEqual({
    underAgent: true,
    pid: 4711,
    sessionId: "4ad3c1de",
    headless: false,
    projectDirectory: "/repo",
  });
});

test.each([
  [{ CLAUDE_CODE_SESSION_ATTENDED: "0", CLAUDE_CODE_ENTRYPOINT: "cli" }, true],
  [{ CLAUDE_CODE_SESSION_ATTENDED: "1", CLAUDE_CODE_ENTRYPOINT: "sdk-cli" }, false],
  [{ CLAUDE_CODE_ENTRYPOINT: "sdk-cli" }, true],
  [{ CLAUDE_CODE_ENTRYPOINT: "cli" }, false],
])("%j is headless: %s", (environment, headless) => {
  expect(readHostEnvironment(environment).headless).toBe(headless);
});

test.each(["", "0", "-1", "12x", "99999999999"])("CLAUDE_PID=%j names no process", (pid) => {
  expect(readHostEnvironment({ CLAUDE_PID: pid }).pid).toBeUndefined();
});

test("a session id that is no file name counts as absent", () => {
  expect(readHostEnvironment({ CLAUDE_CODE_SESSION_ID: "../x" }).sessionId).toBeUndefined();
});

test("CLAUDE_CONFIG_DIR moves the settings", () => {
  expect(claudeConfigDirectory({ HOME: "/h" })).toBe("/h/.claude");
  expect(claudeConfigDirectory({ HOME: "/h", CLAUDE_CONFIG_DIR: "" })).toBe("/h/.claude");
  expect(claudeConfigDirectory({ HOME: "/h", CLAUDE_CONFIG_DIR: "/c" })).toBe("/c");
});
