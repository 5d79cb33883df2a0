import { existsSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import * as z from "zod/mini";
import { readIfPresent } from "#base/files.ts";
import { parseJson } from "#base/json.ts";
import { readFinishedHistory } from "#claude/transcript/read-finished-history.ts";
import { readToolHistory } from "#claude/transcript/read-tool-history.ts";
import type { ToolRecord } from "#claude/transcript/tool-records.ts";
import { type ClaudeHome, makeClaudeHome, writeUserSettings } from "#test/claude-home.ts";
import { runClaude, startClaude } from "#test/claude-process.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { type MessagesApi, startMessagesApi } from "#test/messages-api.ts";
import { type Action, editFile, runBash, writeFile } from "#test/messages-stream.ts";
import { answersSoFar, lastUserText, type ModelRequest } from "#test/model-request.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";

const NEVER = new AbortController().signal;
const BEFORE = new Date(0);
const SUBTASK = "Add the second file.";

const StopInput = z.looseObject({
  transcript_path: z.string(),
  cwd: z.string(),
  last_assistant_message: z.optional(z.string()),
});

type Stage = {
  readonly home: ClaudeHome;
  readonly api: MessagesApi;
  readonly repository: ScratchRepository;
  /** What the stops heard, oldest first. */
  stops(): readonly z.output<typeof StopInput>[];
};

const open: Stage[] = [];

afterEach(async () => {
  for (const { home, api, repository } of open.splice(0)) {
    await api.close();
    home.remove();
    repository.remove();
  }
});

/** The model plays one list of actions in the session, and another in each sub-agent. */
async function stage(main: readonly Action[], side: readonly Action[] = []): Promise<Stage> {
  const home = makeClaudeHome();
  const repository = makeRepository();
  repository.write("README.md", "# A repository\n");
  repository.commit("Begin");
  const api = await startMessagesApi((request) => {
    const actions = isSide(request) ? side : main;
    return actions[answersSoFar(request)] ?? { kind: "say", text: isSide(request) ? "Sub done." : "Done." };
  });
  const heard = join(home.root, "stops.jsonl");
  const command = `cat >> '${heard}'; while [ -e '${join(home.root, "hold")}' ]; do sleep 0.05; done`;
  writeUserSettings(home, { hooks: { Stop: [{ hooks: [{ type: "command", command }] }] } });
  const stops = (): readonly z.output<typeof StopInput>[] =>
    (readIfPresent(heard) ?? "")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => parseJson(line, StopInput));
  const made = { home, api, repository, stops };
  open.push(made);
  return made;
}

function isSide(request: ModelRequest): boolean {
  return lastUserText(request).includes(SUBTASK);
}

function options({ home, api, repository }: Stage) {
  return { cwd: repository.root, home, api, prompt: "please do it" };
}

function call(name: string, input: Readonly<Record<string, unknown>>): Action {
  return { kind: "call", tools: [{ name, input }] };
}

const delegate = (): Action =>
  call("Agent", { description: "second file", prompt: SUBTASK, subagent_type: "general-purpose" });

/** What each record says, without its times. */
function plain(records: readonly ToolRecord[]): readonly unknown[] {
  return records.map((record) =>
    record.kind === "edit"
      ? [record.tool, record.path, record.edit]
      : [record.tool, record.endedAt === null ? "at work" : "over"],
  );
}

function folderName(path: string): string {
  return path.replace(/[^A-Za-z0-9]/g, "-");
}

test("what edits, writes, commands and a sub-agent did is recorded as it happened", async () => {
  const main: Action[] = [];
  const side: Action[] = [];
  const made = await stage(main, side);
  const { repository, stops } = made;
  const long = `${"a line of text\n".repeat(2_000)}last\n`;
  const files = {
    plain: repository.write("plain.txt", "one\ntwo\nthree"),
    crlf: repository.write("crlf.txt", "one\r\ntwo\r\n"),
    long: repository.write("long.txt", long),
    fresh: join(repository.root, "folder/fresh.txt"),
    second: join(repository.root, "second.txt"),
  };
  main.push(
    editFile(files.plain, "two", ""),
    editFile(files.crlf, "one\ntwo", "uno\ndos"),
    editFile(files.long, "last", "final"),
    editFile(files.plain, "not there", "x"),
    writeFile(files.fresh, "fresh\n"),
    writeFile(files.fresh, "fresher\n"),
    writeFile("relative.txt", "here"),
    runBash("echo from a command > command.txt"),
    call("Nothing", {}),
    delegate(),
  );
  side.push(
    writeFile(files.second, "begun\n"),
    editFile(files.second, "begun", "ended"),
    runBash("echo beside > beside.txt"),
  );

  await runClaude(options(made));

  const transcript = stops().at(-1)?.transcript_path ?? "";
  const history = await readToolHistory(transcript, BEFORE, NEVER);
  expect(history).toMatchObject({ whole: true, lastMessage: "Done.", folders: [repository.root] });
  expect(plain(history?.records ?? [])).toEqual([
    ["Edit", files.plain, { kind: "whole", before: "one\ntwo\nthree", after: "one\nthree" }],
    ["Edit", files.crlf, { kind: "whole", before: "one\ntwo\n", after: "uno\ndos\n" }],
    ["Edit", files.long, { kind: "replace", old: "last", new: "final", all: false }],
    ["Write", files.fresh, { kind: "whole", before: null, after: "fresh\n" }],
    ["Write", files.fresh, { kind: "whole", before: "fresh\n", after: "fresher\n" }],
    ["Write", join(repository.root, "relative.txt"), { kind: "whole", before: null, after: "here" }],
    ["Bash", "over"],
    ["Write", files.second, { kind: "whole", before: null, after: "begun\n" }],
    ["Edit", files.second, { kind: "replace", old: "begun", new: "ended", all: false }],
    ["Bash", "over"],
  ]);
  const now = Object.values(files).map((file) => readIfPresent(file));
  expect(now).toEqual([
    "one\nthree",
    "uno\r\ndos\r\n",
    long.replace("last", "final"),
    "fresher\n",
    "ended\n",
  ]);
});

test("at a stop the history is waited for, and what still runs in the background has no end", async () => {
  const main: Action[] = [];
  const made = await stage(main);
  const { home, repository, stops } = made;
  const hold = join(home.root, "hold");
  const go = join(home.root, "go");
  const command = `while [ ! -e '${go}' ]; do sleep 0.05; done; echo late > late.txt`;
  main.push(
    writeFile(join(repository.root, "a.txt"), "a\n"),
    call("Bash", { command, description: "wait", run_in_background: true }),
  );
  writeFileSync(hold, "");
  const running = startClaude(options(made));
  await eventuallyAsync(
    async () => stops().length === 1,
    () => "the first stop",
  );
  const [stop] = stops();
  const path = stop?.transcript_path ?? "";
  const request = { since: BEFORE, lastMessage: stop?.last_assistant_message, patience: 30_000 };
  const history = await readFinishedHistory(path, request, NEVER);
  expect(history).toMatchObject({ whole: true, lastMessage: "Done." });
  expect(history?.records.map(({ tool, endedAt }) => [tool, endedAt === null])).toEqual([
    ["Write", false],
    ["Bash", true],
  ]);

  writeFileSync(go, "");
  await eventuallyAsync(
    async () => readIfPresent(join(repository.root, "late.txt")) === "late\n",
    () => "the command in the background has ended",
  );
  rmSync(hold);
  await running.done;
  const later = await readToolHistory(stops().at(-1)?.transcript_path ?? "", BEFORE, NEVER);
  expect(later).toMatchObject({ whole: true });
  expect(later?.records.every(({ endedAt }) => endedAt !== null)).toBe(true);
});

test("a session in a worktree is followed, and its transcript found where it went", async () => {
  const main = [call("EnterWorktree", { name: "w1" }), writeFile("inside.txt", "in\n"), delegate()];
  const made = await stage(main, [writeFile("aside.txt", "by\n")]);
  const { home, repository, stops } = made;

  await runClaude(options(made));

  const tree = join(repository.root, ".claude/worktrees/w1");
  const [stop] = stops();
  expect(stop?.cwd).toBe(tree);
  const began = join(home.configDirectory, "projects", folderName(repository.root));
  const path = join(began, basename(stop?.transcript_path ?? ""));
  expect(existsSync(path)).toBe(false);
  const history = await readToolHistory(path, BEFORE, NEVER);
  expect(history).toMatchObject({ whole: true, folders: [repository.root, tree] });
  expect(plain(history?.records ?? [])).toEqual([
    ["EnterWorktree", "over"],
    ["Write", join(tree, "inside.txt"), { kind: "whole", before: null, after: "in\n" }],
    ["Write", join(tree, "aside.txt"), { kind: "whole", before: null, after: "by\n" }],
  ]);
});

test("a sub-agent in the foreground is over with its call", async () => {
  const main: Action[] = [delegate()];
  const made = await stage(main, [writeFile("aside.txt", "by\n")]);
  await runClaude({ ...options(made), env: { CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1" } });
  expect(made.stops().length).toBe(1);
  const history = await readToolHistory(made.stops()[0]?.transcript_path ?? "", BEFORE, NEVER);
  expect(history?.whole).toBe(true);
  expect(history?.records.map(({ tool, kind }) => [tool, kind])).toEqual([["Write", "edit"]]);
});
