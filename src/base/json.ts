import * as z from "zod/mini";
import english from "zod/v4/locales/en.js";
import { errorText, Fault } from "./fault.ts";

// zod/mini says only "Invalid input" unless it is given words.
z.config(english());

export type JsonFailure =
  | { readonly kind: "not-json"; readonly detail: string }
  | { readonly kind: "wrong-shape"; readonly issues: readonly string[] };

export class JsonFault extends Fault<JsonFailure> {
  override readonly name = "JsonFault";
}

/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Parses text once, at the edge. Returns the typed value.
 *
 * @throws JsonFault `not-json` where the text is not JSON, `wrong-shape` with every issue otherwise.
 */
export function parseJson<S extends z.ZodMiniType>(text: string, schema: S): z.output<S> {
  return parseShape(decode(text), schema);
}

/**
 * Checks a value that was already decoded against a schema and returns it typed.
 *
 * @throws JsonFault `wrong-shape` with one line per issue, path first.
 */
export function parseShape<S extends z.ZodMiniType>(value: unknown, schema: S): z.output<S> {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  throw new JsonFault({
    kind: "wrong-shape",
    issues: result.error.issues.map((issue) => `${issue.path.join(".") || "(whole)"}: ${issue.message}`),
  });
}

/**
 * Returns the one text that equal values share (object keys sorted, `undefined` left out),
 * so that a digest of it names the value and not the order in which it was built.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isRecord(inner) ? sorted(inner) : inner));
}

function decode(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new JsonFault({ kind: "not-json", detail: errorText(error) }, { cause: error });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sorted(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
