import { describe, expect, test } from "vitest";
import { mayWriteSilently } from "#claude/transcript/may-write-silently.ts";

const hook = { type: "command", command: "fmt" };
const ours = { type: "command", command: "'/s/launch/countersign-hook' stop", timeout: 300 };
const silent = (events: Readonly<Record<string, unknown>>, editedOutside = false) =>
  mayWriteSilently([{ kind: "events", events }], editedOutside);
const matching = (matcher: unknown, own: object = hook) => ({ PostToolUse: [{ matcher, hooks: [own] }] });

describe("a hook of another's may write silently", () => {
  test.each([
    ["at the session's start", { SessionStart: [{ hooks: [hook] }] }],
    ["at a prompt", { UserPromptSubmit: [{ hooks: [hook] }] }],
    ["at a stop, beside ours", { Stop: [{ hooks: [ours] }, { hooks: [ours, hook] }] }],
    ["at a stop, whatever its matcher says", { Stop: [{ matcher: "Edit", hooks: [hook] }] }],
    ["at an event of a later version", { TeaTime: [{ hooks: [hook] }] }],
    ["of another type", { Stop: [{ hooks: [{ type: "http", url: "http://localhost" }] }] }],
    ["after any tool", { PostToolUse: [{ hooks: [hook] }] }],
    ["after any tool, with an empty matcher", matching("")],
    ["after any tool, with a star", matching("*")],
    ["after tools that a pattern names", matching("Edit.*")],
    ["after a tool that only reads, too", matching("Edit|Read")],
    ["after a tool in another spelling", matching("edit")],
    ["after a tool by a matcher of another shape", matching(["Edit"])],
    ["after an edit, without being waited for", matching("Edit", { ...hook, async: true })],
    ["after an edit, waking the session later", matching("Edit", { ...hook, asyncRewake: true })],
  ])("%s", (_when, events) => {
    expect(silent(events)).toBe(true);
  });
});

describe("nothing can write silently", () => {
  test.each([
    ["without hooks", {}],
    ["with hooks of ours alone", { Stop: [{ hooks: [ours] }], SessionEnd: [{ hooks: [ours] }] }],
    ["with hooks of recorded tools", matching("Edit|Write|NotebookEdit|MultiEdit|Bash")],
    [
      "before them, and after they failed",
      { PreToolUse: matching("Bash").PostToolUse, PostToolUseFailure: [] },
    ],
    ["with one that is waited for", matching("Edit", { ...hook, async: false })],
    ["with what the host leaves out", { Stop: [{ command: "flat" }, null, { hooks: [7] }], PreToolUse: 3 }],
  ])("%s", (_what, events) => {
    expect(silent(events)).toBe(false);
  });
});

test("an edit outside of the tree starts the hooks of edit tools, and has no record in it", () => {
  expect(silent(matching("Edit"), true)).toBe(true);
  expect(silent(matching("Write|Bash"), true)).toBe(true);
  expect(silent(matching("Bash"), true)).toBe(false);
});

test("hooks that are not known may write", () => {
  expect(mayWriteSilently([{ kind: "events", events: {} }, { kind: "unknown" }], false)).toBe(true);
  expect(mayWriteSilently([], false)).toBe(false);
});
