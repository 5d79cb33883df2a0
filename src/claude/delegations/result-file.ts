import { basename, extname } from "node:path";
import { proseClaims } from "./prose-claims.ts";
import { type ShellCommand, shellCommands } from "./shell-commands.ts";
import { textOf } from "./shell-word.ts";

export type WrittenFile = { readonly path: string; readonly text: string };
export type CodexLike = "rollout" | "output" | "report";

const ROLLOUT = /(?:^|[/\\])rollout-[\w.:-]+\.jsonl$|[/\\](?:archived_)?sessions[/\\]\d{4}[/\\]/;
/** What `codex exec` prints first, as text and with `--json`, and what a rollout begins with. */
const OUTPUT =
  /^\s*(?:\{"type":\s*"thread\.started"|OpenAI Codex v\d)|^session id: [0-9a-f-]{36}$|^\{[^\n]{0,80}"type":\s*"session_meta"/m;
const REPORTS = new Set([".md", ".txt", ".json", ".jsonl", ".log", ".out", ".html", ""]);
const RESULT =
  /review|result|output|verdict|finding|report|response|answer|opinion|analysis|feedback|summary|approval/i;
/** Files that are about Codex, or are given to it. */
const OTHERS =
  /^(?:readme|changelog|claude|agents|skill|todo|plan|contributing)\b|prompt|request|instruction|input|template|schema|config|test|spec|guide|setup|plan|todo|task/i;
const SIGNED =
  /^[\s>*_#|-]*(?:reviewer|reviewed[- ]by|author|generated[- ]by|produced[- ]by|written[- ]by|source|signed[- ]off[- ]by|approved[- ]by)[*_]*\s*[:|=]\s*[*_]*\s*(?:openai\s+)?codex\b|"(?:reviewer|author|source|reviewed_by|reviewedBy|tool|model)":\s*"(?:openai\s+)?codex/im;

/**
 * Returns what a file that the agent wrote by itself looks like, or `undefined` where it is nothing of
 * Codex's: a rollout, the output of `codex exec`, or a report that is named or signed as Codex's.
 */
export function looksLikeCodex({ path, text }: WrittenFile): CodexLike | undefined {
  const start = text.slice(0, 20_000);
  if (ROLLOUT.test(path)) return "rollout";
  const name = basename(path);
  if (!REPORTS.has(extname(name).toLowerCase()) || OTHERS.test(name)) return undefined;
  if (OUTPUT.test(start)) return "output";
  if (SIGNED.test(start)) return "report";
  if (/codex/i.test(name) && RESULT.test(name)) return "report";
  return RESULT.test(name) && proseClaims(start).length > 0 ? "report" : undefined;
}

/** Returns the files that a script writes out of its own text: a here-document, an `echo`, a `tee` behind them. */
export function writtenByShell(script: string, folder: string | undefined): readonly WrittenFile[] {
  if (!/>|\btee\b/.test(script)) return [];
  return shellCommands(script, folder).flatMap(writtenBy);
}

function writtenBy(command: ShellCommand): readonly WrittenFile[] {
  const [program, ...rest] = command.words;
  const name = textOf(program);
  const said = rest.map(textOf).join(" ");
  const text = name === "echo" || name === "printf" ? said : ownText(name, command);
  if (text === undefined) return [];
  const named = name === "tee" ? rest.map(textOf).filter((word) => !word.startsWith("-")) : [];
  return [...command.outputs, ...named]
    .filter((path) => path !== "" && !path.startsWith("/dev/"))
    .map((path) => ({ path: within(path, command.folder), text }));
}

function ownText(name: string, { input, words }: ShellCommand): string | undefined {
  const copies = name === "tee" || (name === "cat" && words.length === 1);
  return copies && input.kind === "text" ? input.text : undefined;
}

function within(path: string, folder: string | undefined): string {
  return path.startsWith("/") || folder === undefined ? path : `${folder}/${path}`;
}
