import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pluginTraces } from "#claude/plugins/transcript-traces.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const never = new AbortController().signal;
const at = "2026-11-20T12:00:00.000Z";

async function tracesOf(...lines: readonly unknown[]) {
  const path = join(scratchFolder(), "s.jsonl");
  const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
  writeFileSync(path, `${text.join("\n")}\n`);
  return await pluginTraces(path, never);
}

const user = (text: string, isMeta: boolean) => ({
  type: "user",
  isMeta,
  timestamp: at,
  message: { role: "user", content: [{ type: "text", text }] },
});
const attachment = (value: object) => ({ type: "attachment", timestamp: at, attachment: value });

test("the folder of a skill that was used is a trace, only in the host's own words", async () => {
  const said = "Base directory for this skill: /c/plugins/cache/lab/alpha/1.0.0/skills/s\n\nDo it.";
  expect(await tracesOf(user(said, true))).toEqual([
    { kind: "path", path: "/c/plugins/cache/lab/alpha/1.0.0/skills/s", by: "skill", at },
  ]);
  expect(await tracesOf(user(said, false), user(`He said: ${said}`, true))).toEqual([]);
});

test("skills are listed with their plugins and descriptions", async () => {
  const listing = attachment({
    type: "skill_listing",
    content: "- alpha:one: first\n  line\n- plain: no plugin's\n- alpha:two: second",
    names: ["alpha:one", "plain", "alpha:two", "beta:gone"],
  });
  expect(await tracesOf(listing)).toEqual([
    { kind: "skill", plugin: "alpha", skill: "one", description: "first\n  line", at },
    { kind: "skill", plugin: "alpha", skill: "two", description: "second", at },
    { kind: "skill", plugin: "beta", skill: "gone", description: "", at },
  ]);
});

test("hooks are told as they were written, and a failing one by the file that it names", async () => {
  const command = `"\${CLAUDE_PLUGIN_ROOT}/hooks/stop.sh"`;
  const summary = {
    type: "system",
    subtype: "stop_hook_summary",
    timestamp: at,
    hookInfos: [{ command }, {}, 7],
  };
  const failed = attachment({
    type: "hook_non_blocking_error",
    stderr: "/bin/sh: 1: /c/plugins/cache/lab/alpha/1.0.0/hooks/stop.sh: not found",
  });
  expect(await tracesOf(failed)).toEqual([
    { kind: "path", path: "/c/plugins/cache/lab/alpha/1.0.0/hooks/stop.sh", by: "hook-error", at },
  ]);
  expect(await tracesOf({ ...summary, hookInfos: [{ command }, {}] })).toEqual([
    { kind: "hook", command, at },
  ]);
  expect(await tracesOf(summary)).toEqual([]);
});

test("what is the same again is told once, and again after a reload", async () => {
  const listing = attachment({ type: "skill_listing", content: "- alpha:one: first", names: ["alpha:one"] });
  const reload = {
    type: "system",
    subtype: "local_command",
    timestamp: at,
    content: "<local-command-stdout>Reloaded: 3 plugins · 3 skills</local-command-stdout>",
  };
  const traces = await tracesOf(listing, listing, reload, listing);
  expect(traces.map(({ kind }) => kind)).toEqual(["skill", "reload", "skill"]);
});

test("lines that are no such thing have no traces", async () => {
  expect(
    await tracesOf(
      "skill_listing",
      '{"type":"attachment","attachment":"skill_listing"}',
      "{",
      '"skill_listing"',
      {
        type: "assistant",
        text: "Reloaded: 3 plugins",
      },
    ),
  ).toEqual([]);
  expect(await pluginTraces("/nowhere/s.jsonl", never)).toEqual([]);
});

test("who asks may stop asking", async () => {
  await expect(pluginTraces(join(import.meta.dirname, "no.jsonl"), AbortSignal.abort())).rejects.toThrow();
});
