import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pluginHooks } from "#claude/plugin-hooks.ts";
import { applyReplacement } from "#claude/transcript/apply-replacement.ts";
import { forkedFrom } from "#claude/transcript/forked-from.ts";
import { mayWriteSilently } from "#claude/transcript/may-write-silently.ts";
import { personPrompts } from "#claude/transcript/person-prompts.ts";
import { readToolHistory } from "#claude/transcript/read-tool-history.ts";
import { parseTranscriptLine } from "#claude/transcript/transcript.ts";
import { findTypedCommands } from "#claude/typed-command.ts";
import { anyJson, anyText, beginnings, damaged, expectLinear, fuzz, mutated, nested } from "#test/fuzz.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { fc } from "#test/seeded-check.ts";
import {
  called,
  callId,
  hooked,
  type Line,
  noticed,
  prompted,
  resulted,
  said,
  second,
  told,
  transcriptStage,
} from "#test/transcript-lines.ts";

const SINCE = second(2);
const SIGNAL = AbortSignal.timeout(600_000);
const EDIT = {
  filePath: "/work/a.js",
  oldString: "a",
  newString: "b",
  originalFile: "a\n",
  structuredPatch: [],
};
const typed = { isSidechain: false, entrypoint: "cli", promptSource: undefined, uuid: "u1" };
const LINES: readonly Line[] = [
  prompted(1, "Please change it.", { promptId: "p", promptSource: "typed" }),
  called(3, "Edit", { file_path: "/work/a.js", old_string: "a", new_string: "b", replace_all: false }),
  resulted(4, callId(3, "Edit"), EDIT),
  called(5, "Write", { file_path: "b.js", content: "x" }),
  resulted(6, callId(5, "Write"), { type: "create", content: "x", originalFile: null }),
  called(7, "Bash", { command: "sleep 1", run_in_background: true }),
  told(8, callId(7, "Bash"), "Command running in background with ID: bash_1"),
  noticed(9, "bash_1", callId(7, "Bash")),
  hooked(10, "PostToolUse"),
  called(11, "Agent", { prompt: "look" }),
  resulted(12, callId(11, "Agent"), { status: "completed", agentId: "abc" }),
  prompted(13, "<bash-input>countersign off</bash-input>", typed),
  prompted(14, "<bash-stdout>Filed</bash-stdout>", {
    ...typed,
    uuid: "u2",
    parentUuid: "u1",
    turnOrigin: "human",
  }),
  said(15, "Done."),
];

function textOf(lines: readonly unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** Every reader of transcripts on one text: what they return is in its form, and none of them throws. */
async function readAll(text: string | Buffer): Promise<void> {
  const stage = transcriptStage();
  writeFileSync(stage.path, text);
  const folder = join(stage.path.replace(/\.jsonl$/, ""), "subagents");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "agent-abc.jsonl"), text);
  writeFileSync(join(folder, "agent-abc.meta.json"), Buffer.from(text).subarray(0, 200));

  const history = await readToolHistory(stage.path, SINCE, SIGNAL);
  for (const record of history?.records ?? []) {
    expect(record.at.getTime()).not.toBeNaN();
    expect(record.endedAt?.getTime()).not.toBeNaN();
    if (record.kind === "edit") expect(record.path).toMatch(/^\//);
  }
  expect(history?.folders.every((one) => one.startsWith("/"))).toBe(true);
  for (const { text: said, at } of await personPrompts(stage.path, SIGNAL)) {
    expect(typeof said).toBe("string");
    expect(at.getTime()).not.toBeNaN();
  }
  for (const { command, at, endedAt } of findTypedCommands(String(text))) {
    expect(typeof command).toBe("string");
    expect(at.getTime() + endedAt.getTime()).not.toBeNaN();
  }
  await forkedFrom(stage.path, [join(folder, "agent-abc.jsonl")], SIGNAL);
}

test("a whole transcript is read whole", async () => {
  const { path } = transcriptStage(...LINES);
  const history = await readToolHistory(path, SINCE, SIGNAL);
  expect(history?.records.map(({ tool }) => tool)).toEqual([
    "Edit",
    "Write",
    "Bash",
    "hook:PostToolUse",
    "Agent",
  ]);
  expect(findTypedCommands(textOf(LINES))).toHaveLength(1);
});

test("a transcript that is damaged anywhere is read as far as it goes", async () => {
  const text = textOf(LINES);
  await fuzz(fc.constantFrom(...beginnings(text)), readAll, 0.25);
  await fuzz(damaged(text), readAll, 0.5);
});

test("a transcript whose lines say something else is read as far as it goes", async () => {
  const odd = fc.oneof(fc.constantFrom(...LINES).chain(mutated), anyJson(), fc.constantFrom(...LINES));
  await fuzz(fc.array(odd, { maxLength: 12 }).map(textOf), readAll, 0.5);
  await fuzz(anyText(), (text) => {
    parseTranscriptLine(text);
    findTypedCommands(text);
  });
});

test("what cannot be anybody's line is passed over: deep ones, endless paths, texts that would not fit", async () => {
  const lines = [
    { ...called(3, "Write", { file_path: `/${"a/".repeat(400_000)}b`, content: "x" }) },
    told(4, callId(3, "Write"), "done"),
    called(5, "Edit", { file_path: "/a\0b", old_string: "a", new_string: "b" }),
    resulted(6, callId(5, "Edit"), {
      ...EDIT,
      originalFile: "a".repeat(500_000),
      newString: "b".repeat(500_000),
      replaceAll: true,
    }),
    said(7, "Done.", { cwd: `/${"c/".repeat(400_000)}` }),
  ];
  await readAll(`${nested()}\n{"type":"user","message":${nested()}}\n${textOf(lines)}`);
  expect(
    applyReplacement("a".repeat(500_000), { old: "a", new: "b".repeat(500_000), all: true }),
  ).toBeUndefined();
});

test("a long line costs what it is long", async () => {
  for (const kind of ["assistant", "user", "queue-operation"]) {
    await expectLinear(async (size) => {
      const long = "<bash-input>&quot; \\n<task-id>".repeat(size / 30);
      await readAll(textOf([{ ...prompted(3, long), type: kind, content: long }, said(4, long)]));
    }, 200_000);
  }
});

test("the hooks of a plugin are known or unknown, whatever its files hold", async () => {
  const plugins = scratchFolder();
  const folder = join(plugins, "alpha");
  mkdirSync(join(folder, ".claude-plugin"), { recursive: true });
  mkdirSync(join(folder, "hooks"));
  mkdirSync(join(plugins, ".claude-plugin"));
  const hooks = { Stop: [{ hooks: [{ type: "command", command: "x" }] }] };
  const files: Readonly<Record<string, unknown>> = {
    "installed_plugins.json": {
      version: 2,
      plugins: { "alpha@market": [{ scope: "user", installPath: folder, version: "1.0.0" }] },
    },
    "known_marketplaces.json": {
      market: { source: { source: "directory", path: plugins }, installLocation: plugins },
    },
    ".claude-plugin/marketplace.json": { name: "market", plugins: [{ name: "alpha", source: "./alpha" }] },
    "alpha/.claude-plugin/plugin.json": { hooks: ["hooks/hooks.json", hooks] },
    "alpha/hooks/hooks.json": { hooks },
  };
  const write = (): void => {
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(plugins, name), JSON.stringify(content));
  };
  write();
  expect(pluginHooks(plugins, "alpha@market").length).toBeGreaterThan(1);
  for (const [name, content] of Object.entries(files)) {
    const look = (bytes: string | Buffer): void => {
      writeFileSync(join(plugins, name), bytes);
      const places = pluginHooks(plugins, "alpha@market");
      expect(typeof mayWriteSilently(places, false)).toBe("boolean");
    };
    await fuzz(damaged(JSON.stringify(content)), look, 0.5);
    await fuzz(mutated(content), (value) => look(JSON.stringify(value)), 0.5);
    look(nested());
    write();
  }
});
