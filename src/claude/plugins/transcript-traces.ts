import * as z from "zod/mini";
import { errorCode } from "#base/fault.ts";
import { parseTranscriptLine, type TranscriptEntry, transcriptLines } from "#claude/transcript/transcript.ts";

/** What a session's transcript says of its plugins; `at` is the line's own time (ISO 8601), empty where it has none. */
export type PluginTrace = { readonly at: string } & (
  | { readonly kind: "path"; readonly path: string; readonly by: "skill" | "hook-error" }
  /** `plugin` is its name without the marketplace; skills and commands are listed alike. */
  | { readonly kind: "skill"; readonly plugin: string; readonly skill: string; readonly description: string }
  /** As its `hooks.json` has it, variables and all; a hook with a status message is told by that instead. */
  | { readonly kind: "hook"; readonly command: string }
  | { readonly kind: "reload" }
);

/** One session has some dozens; what would be more is the same again. */
const MOST = 5_000;

/**
 * Returns the traces that a transcript of Claude Code 2.1.330 has of plugins, oldest first, each once in
 * a row. No line of it lists what is loaded, and none is documented: they are hints. A transcript that
 * cannot be read has none.
 */
export async function pluginTraces(transcript: string, signal: AbortSignal): Promise<readonly PluginTrace[]> {
  const found = new Map<string, PluginTrace>();
  let reloads = 0;
  try {
    for await (const { text } of transcriptLines(transcript, 0, signal)) {
      if (text === undefined || !HINTS.some((hint) => text.includes(hint))) continue;
      for (const trace of tracesIn(parseTranscriptLine(text))) {
        if (trace.kind === "reload") reloads += 1;
        const { at, ...said } = trace;
        const key = JSON.stringify([reloads, said]);
        if (found.size < MOST && !found.has(key)) found.set(key, trace);
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    if (errorCode(error) === undefined) throw error;
  }
  return [...found.values()];
}

const SKILL_FOLDER = "Base directory for this skill:";
/** Parsing is dear, and most lines hold none of these. */
const HINTS = [
  SKILL_FOLDER,
  '"skill_listing"',
  '"stop_hook_summary"',
  '"hook_non_blocking_error"',
  "Reloaded: ",
];

function tracesIn(entry: TranscriptEntry | undefined): readonly PluginTrace[] {
  if (entry === undefined) return [];
  const at = entry.timestamp ?? "";
  switch (entry.type) {
    case "user":
      return entry.isMeta === true ? skillFolders(entry, at) : [];
    case "attachment":
      return inAttachment(entry["attachment"], at);
    case "system":
      return inSystemLine(entry, at);
    default:
      return [];
  }
}

function skillFolders({ message }: TranscriptEntry, at: string): readonly PluginTrace[] {
  const content = message?.content ?? [];
  const texts =
    typeof content === "string"
      ? [content]
      : content.flatMap((part) => (typeof part["text"] === "string" ? [part["text"]] : []));
  return texts.flatMap((text) => {
    const [first = ""] = text.trimStart().split("\n");
    const path = first.startsWith(SKILL_FOLDER) ? first.slice(SKILL_FOLDER.length).trim() : "";
    return path === "" ? [] : [{ kind: "path", path, by: "skill", at } as const];
  });
}

const Attachment = z.looseObject({
  type: z.string(),
  content: z.catch(z.string(), ""),
  names: z.catch(z.array(z.string()), []),
  stderr: z.catch(z.string(), ""),
});

function inAttachment(value: unknown, at: string): readonly PluginTrace[] {
  const parsed = Attachment.safeParse(value);
  if (!parsed.success) return [];
  const { type, content, names, stderr } = parsed.data;
  if (type === "hook_non_blocking_error") {
    const paths = stderr.match(CACHED) ?? [];
    return paths.map((path) => ({ kind: "path", path, by: "hook-error", at }) as const);
  }
  return type === "skill_listing" ? names.flatMap((name) => listedSkill(name, content, at)) : [];
}

/** A path into the cache, as a shell or an interpreter names the file that failed. */
const CACHED = /(?:\/|[A-Za-z]:\\)[^\s:'"]*[/\\]cache[/\\][^\s:'"]+/g;

/** `plugin:skill`; what has no plugin in its name belongs to none. */
function listedSkill(name: string, content: string, at: string): readonly PluginTrace[] {
  const [plugin = "", ...rest] = name.split(":");
  if (plugin === "" || rest.length === 0) return [];
  const line = content.split("\n- ").find((one) => one.replace(/^- /, "").startsWith(`${name}: `));
  const description =
    line
      ?.replace(/^- /, "")
      .slice(name.length + 2)
      .trim() ?? "";
  return [{ kind: "skill", plugin, skill: rest.join(":"), description, at }];
}

const Hooks = z.catch(z.array(z.looseObject({ command: z.catch(z.string(), "") })), []);

function inSystemLine(entry: TranscriptEntry, at: string): readonly PluginTrace[] {
  if (entry.subtype === "stop_hook_summary") {
    return Hooks.parse(entry["hookInfos"])
      .filter(({ command }) => command !== "")
      .map(({ command }) => ({ kind: "hook", command, at }) as const);
  }
  const { content } = entry;
  const said = typeof content === "string" ? content : "";
  const isReload =
    entry.subtype === "local_command" && /<local-command-stdout>Reloaded: \d+ plugin/.test(said);
  return isReload ? [{ kind: "reload", at }] : [];
}
