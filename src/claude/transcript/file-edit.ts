import * as z from "zod/mini";
import { applyReplacement } from "./apply-replacement.ts";
import type { FileEdit } from "./tool-records.ts";
import type { ToolCall, ToolResult } from "./tool-trace.ts";

const flag = z.catch(z.optional(z.boolean()), undefined);

const EditInput = z.looseObject({ old_string: z.string(), new_string: z.string(), replace_all: flag });
const EditDetail = z.looseObject({
  oldString: z.string(),
  newString: z.string(),
  originalFile: z.nullable(z.string()),
  replaceAll: flag,
  userModified: flag,
  structuredPatch: z.catch(z.array(z.looseObject({ oldLines: z.number(), newLines: z.number() })), []),
});
const WriteInput = z.looseObject({ content: z.string() });
const WriteDetail = z.looseObject({
  type: z.enum(["create", "update"]),
  content: z.string(),
  originalFile: z.nullable(z.string()),
});
const NotebookDetail = z.looseObject({
  original_file: z.string(),
  updated_file: z.string(),
  error: z.catch(z.optional(z.string()), undefined),
});

const PATHS: Readonly<Record<string, string>> = {
  Edit: "file_path",
  Write: "file_path",
  NotebookEdit: "notebook_path",
};
const UNKNOWN = { kind: "unknown" } as const;

/** Returns the path that a call of an edit tool names, as it names it; `undefined` of any other tool. */
export function editedPath({ name, input }: ToolCall): string | undefined {
  const key = Object.hasOwn(PATHS, name) ? PATHS[name] : undefined;
  const path = key === undefined ? undefined : input[key];
  return typeof path === "string" && path !== "" ? path : undefined;
}

/**
 * Returns what a call of Edit, Write or NotebookEdit did to its file, as Claude Code 2.1.330
 * records it: the texts themselves in a session's own transcript, only what the model asked for in
 * a sub-agent's. Whatever does not fit together is `unknown`.
 */
export function fileEdit(call: ToolCall, result: ToolResult): FileEdit {
  if (result.failed) return UNKNOWN;
  switch (call.name) {
    case "Edit":
      return result.detail === undefined ? askedEdit(call) : recordedEdit(call, result.detail);
    case "Write":
      return result.detail === undefined ? askedWrite(call, result) : recordedWrite(result.detail);
    default:
      return recordedNotebook(result.detail);
  }
}

/**
 * The host looks for quotes of either shape and writes those of the file, and a person may change
 * an edit before it is made: then the record is not what was written.
 */
function recordedEdit({ input }: ToolCall, detail: unknown): FileEdit {
  const parsed = z.safeParse(EditDetail, detail);
  if (!parsed.success) return UNKNOWN;
  const {
    oldString,
    newString,
    originalFile,
    replaceAll = false,
    userModified,
    structuredPatch,
  } = parsed.data;
  if (userModified === true || input["old_string"] !== oldString || input["new_string"] !== newString)
    return UNKNOWN;
  const replacement = { old: lineFeeds(oldString), new: lineFeeds(newString), all: replaceAll };
  if (originalFile === null) return leftOut(replacement, structuredPatch);
  const before = lineFeeds(originalFile);
  const after = applyReplacement(before, replacement);
  if (after === undefined) return UNKNOWN;
  return { kind: "whole", before: before === "" ? null : before, after };
}

type Replacement = Omit<Extract<FileEdit, { kind: "replace" }>, "kind">;

/** The patch counts lines: it tells whether a replacement by nothing took the line feed behind it along. */
function leftOut(
  replacement: Replacement,
  patch: readonly { readonly oldLines: number; readonly newLines: number }[],
): FileEdit {
  const { old, new: replaced, all } = replacement;
  if (replaced !== "" || old.endsWith("\n")) return { kind: "replace", ...replacement };
  const gone = patch.reduce((sum, { oldLines, newLines }) => sum + oldLines - newLines, 0);
  const within = old.split("\n").length - 1;
  if (all && gone > 0) return UNKNOWN;
  return { kind: "replace", old: gone > within ? `${old}\n` : old, new: "", all };
}

function askedEdit({ input }: ToolCall): FileEdit {
  const parsed = z.safeParse(EditInput, input);
  if (!parsed.success) return UNKNOWN;
  const { old_string: old, new_string: replaced, replace_all: all = false } = parsed.data;
  if (old === "") return { kind: "whole", before: null, after: lineFeeds(replaced) };
  return { kind: "replace", old: lineFeeds(old), new: lineFeeds(replaced), all };
}

function recordedWrite(detail: unknown): FileEdit {
  const parsed = z.safeParse(WriteDetail, detail);
  if (!parsed.success) return UNKNOWN;
  const { type, originalFile } = parsed.data;
  const after = lineFeeds(parsed.data.content);
  if (type === "create") return { kind: "whole", before: null, after };
  return originalFile === null
    ? { kind: "content", after }
    : { kind: "whole", before: lineFeeds(originalFile), after };
}

function askedWrite({ input }: ToolCall, { text }: ToolResult): FileEdit {
  const parsed = z.safeParse(WriteInput, input);
  if (!parsed.success) return UNKNOWN;
  const after = lineFeeds(parsed.data.content);
  return text.startsWith("File created successfully at:")
    ? { kind: "whole", before: null, after }
    : { kind: "content", after };
}

function recordedNotebook(detail: unknown): FileEdit {
  const parsed = z.safeParse(NotebookDetail, detail);
  if (!parsed.success || (parsed.data.error ?? "") !== "") return UNKNOWN;
  const { original_file: before, updated_file: after } = parsed.data;
  return { kind: "whole", before: lineFeeds(before), after: lineFeeds(after) };
}

function lineFeeds(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
