import * as z from "zod/mini";
import { errorText } from "#base/fault.ts";
import { readIfPresent } from "#base/files.ts";
import { nearest } from "#base/nearest.ts";
import { ConfigValues } from "./config-values.ts";
import type { ConfigWarning } from "./config-warning.ts";
import { CONFIG_KEYS } from "./strictness.ts";

/** One source of configuration: what it says that can be used, and what cannot. */
export type ConfigLayer = {
  readonly values: ConfigValues;
  readonly warnings: readonly ConfigWarning[];
  /** The file is there and cannot be read as a whole; its text, where it has one. */
  readonly torn: string | undefined;
};

const AnyObject = z.record(z.string(), z.unknown());
const NOTHING: ConfigLayer = { values: {}, warnings: [], torn: undefined };

/**
 * Reads one configuration file. No file says nothing. A wrong key or value costs that key only:
 * the rest of what a person wrote still stands.
 */
export function readConfigLayer(path: string): ConfigLayer {
  let text: string | undefined;
  try {
    text = readIfPresent(path);
    if (text === undefined) return NOTHING;
    return checkConfigValues(z.parse(AnyObject, JSON.parse(text)), path);
  } catch (error) {
    const detail = error instanceof z.core.$ZodError ? "it holds no JSON object" : errorText(error);
    return {
      values: {},
      warnings: [{ kind: "unreadable", source: path, detail }],
      torn: text ?? "",
    };
  }
}

/** Returns the usable part of raw values, and a warning for each that is not. */
export function checkConfigValues(raw: Readonly<Record<string, unknown>>, source: string): ConfigLayer {
  const whole = z.safeParse(ConfigValues, raw);
  if (whole.success) return { values: whole.data, warnings: [], torn: undefined };
  const warnings = whole.error.issues.flatMap((issue) => warningsOf(issue, source));
  const wrong = new Set(warnings.map((warning) => ("key" in warning ? warning.key : "")));
  const rest = Object.fromEntries(Object.entries(raw).filter(([key]) => !wrong.has(key)));
  return { values: z.parse(ConfigValues, rest), warnings, torn: undefined };
}

function warningsOf(issue: z.core.$ZodIssue, source: string): readonly ConfigWarning[] {
  if (issue.code === "unrecognized_keys" && issue.path.length === 0) {
    return issue.keys.map((key) => ({
      kind: "unknown-key",
      source,
      key,
      nearest: nearest(key, CONFIG_KEYS),
    }));
  }
  return [{ kind: "wrong-value", source, key: String(issue.path[0]), detail: expectation(issue) }];
}

/** `zod/mini` carries no sentences, so ours are made from the data of the issue. */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_value":
      return `it must be one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "invalid_type":
      return `it must be of type ${issue.expected}`;
    case "too_small":
      return `it must be ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`;
    case "too_big":
      return `it must be ${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}`;
    default:
      return issue.message;
  }
}
