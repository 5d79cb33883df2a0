import { applyEdits, type Node, parseTree } from "jsonc-parser";
import type { Json } from "#base/json.ts";
import { ClaudeFault } from "./fault.ts";

const BYTE_ORDER_MARK = "\uFEFF";

/**
 * A settings file taken apart, so that one place in it can change while every other byte stays.
 * A change gives a new one: offsets are only true for the text they were read from.
 */
export type SettingsText = { readonly text: string; readonly root: Node };

/**
 * Reads the text of a settings file; nothing but white space counts as an empty object.
 * Claude Code 2.1.330 reads strict JSON with or without a byte order mark, and silently ignores a
 * file with comments or trailing commas: such a text is refused here too.
 *
 * @throws ClaudeFault `settings-unusable`
 */
export function openSettingsText(text: string): SettingsText {
  const body = withoutMark(text).trim() === "" ? `${text.trimEnd()}{}\n` : text;
  try {
    JSON.parse(withoutMark(body));
  } catch (cause) {
    throw unusable(`it is not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const root = treeOf(body);
  if (root?.type !== "object") throw unusable("it is not a JSON object");
  return { text: body, root };
}

/** The parser calls itself for each level, and JSON.parse does not. */
function treeOf(body: string): Node | undefined {
  try {
    return parseTree(body);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw unusable("it is nested too deeply");
  }
}

/** Returns the value of a member, the last one where a key stands twice, as JSON.parse would. */
export function memberOf(object: Node, key: string): Node | undefined {
  return object.children?.findLast((member) => member.children?.[0]?.value === key)?.children?.[1];
}

/** Returns the settings with `key: value` as the last member of that object. */
export function addMember(
  settings: SettingsText,
  object: Node,
  member: readonly [string, Json],
): SettingsText {
  const [key, value] = member;
  return addLast(
    settings,
    object,
    (style) => `${JSON.stringify(key)}:${style.multiline ? " " : ""}${write(value, style)}`,
  );
}

/** Returns the settings with the value as the last item of that array. */
export function addItem(settings: SettingsText, array: Node, value: Json): SettingsText {
  return addLast(settings, array, (style) => write(value, style));
}

/** Returns the settings with another value in the place of that node. */
export function replaceNode(settings: SettingsText, node: Node, value: Json): SettingsText {
  const style = { ...documentStyle(settings.text), indent: indentAt(settings.text, node.offset) };
  return edited(settings, node.offset, node.length, write(value, style));
}

/** Returns the settings without that item or member, and without the comma that belonged to it. */
export function removeChild(settings: SettingsText, container: Node, child: Node): SettingsText {
  const siblings = container.children ?? [];
  const index = siblings.indexOf(child);
  const [before, after] = [siblings[index - 1], siblings[index + 1]];
  const [from, to] =
    before !== undefined
      ? [endOf(before), endOf(child)]
      : after !== undefined
        ? [child.offset, after.offset]
        : [container.offset + 1, endOf(container) - 1];
  return edited(settings, from, to - from, "");
}

/** How values are written: the white space of the file that they go into. */
type Style = {
  readonly eol: string;
  readonly unit: string;
  readonly indent: string;
  readonly multiline: boolean;
};

/** The new child imitates the last one: on a line of its own where that has one, else on the same line. */
function addLast(settings: SettingsText, container: Node, content: (style: Style) => string): SettingsText {
  const { text } = settings;
  const document = documentStyle(text);
  const last = container.children?.at(-1);
  if (last === undefined) {
    const outer = indentAt(text, container.offset);
    const style = { ...document, indent: outer + document.unit };
    const inner = content(style);
    const whole = style.multiline ? `${style.eol}${style.indent}${inner}${style.eol}${outer}` : inner;
    return edited(settings, container.offset + 1, container.length - 2, whole);
  }
  const ownLine = startsLine(text, last.offset);
  const style = { ...document, multiline: ownLine, indent: indentAt(text, last.offset) };
  const separator = ownLine ? `,${style.eol}${style.indent}` : ",";
  return edited(settings, endOf(last), 0, `${separator}${content(style)}`);
}

function write(value: Json, style: Style): string {
  if (!style.multiline) return JSON.stringify(value);
  return JSON.stringify(value, null, style.unit).replaceAll("\n", `${style.eol}${style.indent}`);
}

function documentStyle(text: string): Style {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const unit = /\n([\t ]+)"/.exec(text)?.[1] ?? "  ";
  const body = withoutMark(text).trim();
  return { eol, unit, indent: "", multiline: body === "{}" || body.includes("\n") };
}

function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return /^[\t ]*/.exec(withoutMark(line))?.[0] ?? "";
}

function startsLine(text: string, offset: number): boolean {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return start > 0 && text.slice(start, offset).trim() === "";
}

function edited(settings: SettingsText, offset: number, length: number, content: string): SettingsText {
  return openSettingsText(applyEdits(settings.text, [{ offset, length, content }]));
}

function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

function endOf(node: Node): number {
  return node.offset + node.length;
}

/** Returns the fault for a settings text into which no hook can be written. */
export function unusable(detail: string): ClaudeFault {
  return new ClaudeFault({ kind: "settings-unusable", detail });
}
