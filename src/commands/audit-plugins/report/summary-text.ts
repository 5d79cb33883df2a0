import type { JudgedPlugin } from "#audit/plugins/judge-plugin.ts";
import { count } from "#base/text.ts";
import { consistencyText } from "./short-texts.ts";

/** In the order in which a person wants to know of them. */
export const GRAVITY: readonly JudgedPlugin["consistency"]["kind"][] = [
  "missing",
  "tampered",
  "false-record",
  "drifted",
  "ambiguous",
  "behind",
  "unknown",
  "not-loaded",
  "in-sync",
];

/** Returns how all plugins stand, in one line: `7 plugins: 1 false record, 1 behind 3, 5 in sync`. */
export function summaryText(plugins: readonly JudgedPlugin[]): string {
  if (plugins.length === 0) return "No plugin is enabled, installed or loaded here.";
  const [first] = plugins;
  if (first !== undefined && plugins.length === 1) return `1 plugin: ${consistencyText(first.consistency)}.`;
  const words = GRAVITY.flatMap((kind) => {
    const alike = plugins.filter(({ consistency }) => consistency.kind === kind);
    const texts = new Set(alike.map(({ consistency }) => consistencyText(consistency)));
    const [only = ""] = texts;
    if (alike.length === 0) return [];
    return `${alike.length} ${texts.size === 1 ? only : kind.replaceAll("-", " ")}`;
  });
  return `${count(plugins.length, "plugin")}: ${words.join(", ")}.`;
}
