import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { askerOf } from "#commands/asker.ts";
import { type Call, JSON_OPTION, type OptionDescription, UsageFault } from "#commands/command.ts";
import type { ThreadRequest } from "#commands/thread/turn/thread-request.ts";
import type { Locations } from "#runs/locations.ts";

const DEFAULT_SECONDS = 1_800;
const LONGEST_SECONDS = 86_400;

/** What every run on a thread can be told. */
export const RUN_OPTIONS: Readonly<Record<string, OptionDescription>> = {
  model: {
    type: "string",
    value: "NAME",
    help: "the model; by default the thread's, else Codex's own choice",
  },
  effort: {
    type: "string",
    value: "LEVEL",
    help: "how hard the model thinks: minimal, low, medium, high, xhigh",
  },
  timeout: {
    type: "string",
    value: "SECONDS",
    help: `when the turn is ended, with all it runs (${DEFAULT_SECONDS})`,
  },
  cwd: { type: "string", value: "DIR", help: "where it works; by default here" },
  mcp: {
    type: "string",
    value: "NAME",
    multiple: true,
    help: "leave this MCP server of Codex's configuration on, which no sandbox holds; can be given again",
  },
  background: { type: "boolean", help: "return at once and let it go on apart from this shell" },
  quiet: { type: "boolean", short: "q", help: "show no progress" },
  json: JSON_OPTION,
};

/** The same in a line of usage. */
export const RUN_USAGE =
  "[--model NAME] [--effort LEVEL] [--timeout SECONDS] [--cwd DIR] [--mcp NAME]... [--background] [--quiet] [--json]";

export const WRITE_OPTION: OptionDescription = {
  type: "boolean",
  help: "let it change files where it works (workspace-write); without this it only reads",
};

export const PROMPT_FILE_OPTION: OptionDescription = {
  type: "string",
  value: "FILE",
  help: "read the prompt from a file",
};

/** What the shared options come to. `cwd` is where it works, unless `--cwd` says otherwise. */
export function commonRequest(
  call: Call,
  locations: Locations,
  cwd: string,
): Pick<
  ThreadRequest,
  "schema" | "cwd" | "model" | "effort" | "mcpServers" | "timeoutSeconds" | "asker" | "background"
> {
  const { by, agentSession } = askerOf(call, locations);
  return {
    schema: "countersign/thread-request/1",
    cwd: workFolder(call, call.texts.get("cwd") ?? cwd),
    model: word(call, "model", /^\S{1,200}$/),
    effort: word(call, "effort", /^[a-z]{1,20}$/),
    mcpServers: [...(call.lists.get("mcp") ?? [])],
    timeoutSeconds: seconds(call),
    asker: { by, session: agentSession },
    background: call.flags.has("background"),
  };
}

/** Codex accepts a folder that is not there, and its commands then fail one by one. */
function workFolder(call: Call, typed: string): string {
  const path = resolve(call.cwd, typed);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageFault({ kind: "usage", text: `${path} is no folder; name one with --cwd` });
  }
  return realpathSync(path);
}

function word(call: Call, name: string, form: RegExp): string | null {
  const text = call.texts.get(name);
  if (text === undefined) return null;
  if (form.test(text)) return text;
  throw new UsageFault({ kind: "usage", text: `--${name} takes one word, not "${text}"` });
}

function seconds(call: Call): number {
  const text = call.texts.get("timeout");
  if (text === undefined) return DEFAULT_SECONDS;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= LONGEST_SECONDS) return number;
  const range = `a whole number of seconds from 1 to ${LONGEST_SECONDS}`;
  throw new UsageFault({ kind: "usage", text: `--timeout takes ${range}, not "${text}"` });
}
