import * as z from "zod/mini";
import type { TranscriptEntry } from "#claude/transcript/transcript.ts";
import type { CallEnd } from "./delegation.ts";

/** What came back of a tool. */
export type CallResult = {
  readonly end: CallEnd;
  readonly text: string;
  /** The background task that it became. */
  readonly task: string | undefined;
  /** Of a sub-agent: which one, and how often it used a tool. */
  readonly agentId: string | undefined;
  readonly uses: number | undefined;
  /** The sub-agent, or the command, goes on by itself. */
  readonly background: boolean;
};

const text = z.catch(z.optional(z.string()), undefined);
const Detail = z.looseObject({
  backgroundTaskId: text,
  agentId: text,
  status: text,
  isAsync: z.catch(z.optional(z.boolean()), undefined),
  totalToolUseCount: z.catch(z.optional(z.number()), undefined),
  stdout: text,
  stderr: text,
});
const Block = z.looseObject({
  tool_use_id: z.string(),
  is_error: z.catch(z.optional(z.boolean()), undefined),
  content: z.optional(z.unknown()),
});
const Texts = z.array(z.looseObject({ text }));

/** How Claude Code 2.1.330 says that it did not run a tool, where the line has no `toolDenialKind`. */
const DENIED =
  /^(?:Permission to use |Permission for this action|Claude requested permissions? to |This command requires approval|The user doesn't want to (?:proceed|take this action)|[^\n]{0,80}has been denied|Bash command permission check failed|Denied by|User denied|Auto-mode denied)/i;
const DENIALS: readonly string[] = [
  "permission-rule",
  "user-rejected",
  "permission",
  "hook",
  "classifier",
  "auto-mode",
  "sandbox",
];
const NOT_STARTED =
  /\bcodex\S*: (?:command )?not found|command not found: \S*codex|\bcodex: No such file|No such file or directory: '?[^\n']*codex|Cannot find module '[^']*codex|MODULE_NOT_FOUND|^<tool_use_error>|^Unknown (?:skill|command|slash command)|No such tool available|could not determine executable|spawn codex ENOENT/im;
const IN_BACKGROUND = /^(?:Command [^\n]{0,120}\bbackground[^\n]{0,40}\bID: (\w+)|Async agent launched)/;
const LONGEST_DETAIL = 1_000;

/** Returns the call that a block is the result of, and what it says, or `undefined` where it is no result. */
export function callResult(
  block: unknown,
  entry: TranscriptEntry,
): { readonly id: string; readonly result: CallResult } | undefined {
  const parsed = z.safeParse(Block, block).data;
  if (parsed === undefined) return undefined;
  const detail = z.safeParse(Detail, entry.toolUseResult).data;
  const said = textOf(parsed.content);
  const denial = entry["toolDenialKind"];
  const failed = parsed.is_error === true;
  const task = detail?.backgroundTaskId ?? IN_BACKGROUND.exec(said)?.[1];
  const isAsync = detail?.isAsync === true || detail?.status === "async_launched";
  const background = !failed && (task !== undefined || isAsync || IN_BACKGROUND.test(said));
  const known = typeof denial === "string" ? denial : undefined;
  const end = background ? ({ kind: "background" } as const) : endOf(said, failed, known);
  return {
    id: parsed.tool_use_id,
    result: { end, text: said, task, agentId: detail?.agentId, uses: detail?.totalToolUseCount, background },
  };
}

function endOf(said: string, failed: boolean, denial: string | undefined): CallEnd {
  const detail = said
    .replace(/<\/?tool_use_error>/g, "")
    .trim()
    .slice(0, LONGEST_DETAIL);
  if (denial !== undefined && DENIALS.includes(denial)) return { kind: "denied", detail };
  if (failed && DENIED.test(said)) return { kind: "denied", detail };
  if (NOT_STARTED.test(said)) return { kind: "not-started", detail };
  if (!failed) return { kind: "ended" };
  const code = /^Exit code (\d+)/.exec(said)?.[1];
  if (code === "127" || code === "126") return { kind: "not-started", detail };
  return { kind: "failed", exitCode: code === undefined ? undefined : Number(code), detail };
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  const blocks = z.safeParse(Texts, content).data ?? [];
  return blocks.map((block) => block.text ?? "").join("\n");
}
