import { clip } from "#base/text.ts";
import { codexCalls } from "./codex-calls.ts";
import { threadNamed } from "./codex-words.ts";
import type { CallEnd, CodexCall, CodexClaim, KnownPrompt } from "./delegation.ts";
import { looksLikeCodex, writtenByShell } from "./result-file.ts";

/** A claim whose end is not known yet. */
export type ClaimBody = CodexClaim extends infer One
  ? One extends CodexClaim
    ? Omit<One, "place">
    : never
  : never;

export type ToolUse = {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly folder: string | undefined;
};

const PENDING: CallEnd = { kind: "no-result" };
const LONGEST_COMMAND = 4_000;
/** Of a written file: enough to compare it with what Codex said. */
const LONGEST_FILE = 16_000;

/** Returns what a call of one of Claude's tools says of Codex. Sub-agents are not among them: see `agentSays`. */
export function toolClaims({ name, input, folder }: ToolUse): readonly ClaimBody[] {
  switch (name) {
    case "Bash":
    case "PowerShell":
      return shellClaims(textOf(input["command"]), folder);
    case "Write":
      return fileClaims([{ path: textOf(input["file_path"]), text: textOf(input["content"]) }], "tool");
    case "Skill":
    case "SlashCommand":
      return commandClaims(
        textOf(input["skill"] ?? input["command"] ?? input["name"]),
        "skill",
        textOf(input["args"]),
      );
    default:
      return serverClaims(name, input, folder);
  }
}

/** Returns what a command line says of Codex: its calls, and files that it writes in Codex's name. */
function shellClaims(script: string, folder: string | undefined): readonly ClaimBody[] {
  if (!/codex|countersign|rollout-|\$/i.test(script)) return [];
  const calls = codexCalls(script, folder).map((call) => callBody("bash", script, call));
  return [...calls, ...fileClaims(writtenByShell(script, folder), "shell")];
}

/** Returns the calls of Codex in a line that a person typed behind `!`. */
export function personClaims(script: string, folder: string | undefined): readonly ClaimBody[] {
  return codexCalls(script, folder).map((call) => callBody("person", script, call));
}

function callBody(via: "bash" | "tool" | "person", text: string, call: CodexCall): ClaimBody {
  return {
    kind: "call",
    via,
    text: clip(text, LONGEST_COMMAND),
    call,
    end: PENDING,
    endedAt: undefined,
    threads: [],
    output: "",
  };
}

function fileClaims(
  files: readonly { readonly path: string; readonly text: string }[],
  by: "tool" | "shell",
): readonly ClaimBody[] {
  return files.flatMap(({ path, text }): readonly ClaimBody[] => {
    const looksLike = looksLikeCodex({ path, text });
    if (looksLike === undefined) return [];
    return [{ kind: "file", path, by, looksLike, text: text.slice(0, LONGEST_FILE), end: PENDING }];
  });
}

/** Verbs of plugins that look something up or change how Codex is called. */
const IDLE =
  /(?:^|[:_-])(?:status|result|results|cancel|setup|help|config|login|install|doctor|list|transfer|version|update|uninstall|prompting|runtime|handling)$/i;

/** Returns a skill or command by its name, where it is one that has Codex work. */
export function commandClaims(name: string, via: "skill" | "slash", text: string): readonly ClaimBody[] {
  const plain = name.replace(/^\//, "").trim();
  if (!/codex/i.test(plain) || plain.includes(" ") || IDLE.test(plain)) return [];
  return [{ kind: "command", via, name: clip(plain, 200), text: clip(text, LONGEST_COMMAND) }];
}

const TOOL = /^mcp__(.+?)__(.+)$/;
const IDLE_TOOL =
  /^(?:list|status|ping|help|version|health|get|cancel|config|login|logout|models?|sessions?|read|show)/i;

/** A tool of an MCP server that has Codex in its name: `mcp__codex__codex`, `mcp__codex__codex-reply`. */
function serverClaims(
  name: string,
  input: ToolUse["input"],
  folder: string | undefined,
): readonly ClaimBody[] {
  const [, server = "", tool = ""] = TOOL.exec(name) ?? [];
  if (!/codex/i.test(`${server} ${tool}`) || IDLE_TOOL.test(tool)) return [];
  const named = textOf(input["cwd"] ?? input["workingDirectory"] ?? input["working_directory"]);
  const thread = textOf(
    input["threadId"] ?? input["thread_id"] ?? input["conversationId"] ?? input["sessionId"],
  );
  const call: CodexCall = {
    program: "tool",
    verb: name,
    prompt: toolPrompt(input),
    resumes: thread === "" ? undefined : threadNamed({ pieces: [thread], whole: true }),
    folder: named.startsWith("/") ? named : named === "" ? folder : undefined,
    home: undefined,
    ephemeral: false,
    repeats: false,
    detached: false,
    elsewhere: false,
  };
  return [callBody("tool", `${name} ${JSON.stringify(input)}`, call)];
}

function toolPrompt(input: ToolUse["input"]): KnownPrompt {
  const text = ["prompt", "message", "task", "query", "instructions"]
    .map((key) => textOf(input[key]))
    .find((one) => one !== "");
  return text === undefined ? { kind: "unknown" } : { kind: "known", pieces: [text], whole: true };
}

/** Work on Codex, or on code about it, and not by it. */
const ABOUT =
  /^(?:explore|find|search|read|study|document|understand|research|write|implement|fix|refactor|test|update|add|list|summari[sz]e|describe|explain|map|locate|grep)\b/i;
const BY_NAME =
  /\bcodex(?:'s)?\s+(?:adversarial\s+)?(?:review|task|rescue|run|check|second|exec|analysis|audit|opinion|delegation|verification|agent|cli|diagnosis|pass)\b/i;
const THROUGH =
  /\b(?:ask|run|use|using|call|delegate|delegating|via|with|through|by|from|have|get|consult|hand|invoke|forward|to)\b[^.]{0,60}(?<![/.\w-])codex\b(?=\s*(?:$|[,.;:!)]|(?:for|to|on|in|and|about|exec|cli|again|review)\b))/i;

/** Returns whether a sub-agent's type, or what it was started for, says that Codex is to work. */
export function agentSays(type: string, description: string): boolean {
  if (/\bcodex\b|codex[-_:]/i.test(type)) return true;
  if (THROUGH.test(description)) return true;
  return !ABOUT.test(description) && BY_NAME.test(description);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
