import { join } from "node:path";
import * as z from "zod/mini";
import { errorCode, errorText } from "#base/fault.ts";
import { readIfPresent, setAside, writeOnce } from "#base/files.ts";
import { SessionId } from "#base/ids.ts";
import { JsonFault, parseJson, parseShape } from "#base/json.ts";
import { atLeast } from "#base/lengths.ts";
import { CheckedFinding } from "#gate/verdict/finding.ts";
import { VerdictKey } from "#gate/verdict/verdict-key.ts";
import { onState } from "#runs/fault.ts";
import type { Locations } from "#runs/locations.ts";
import { readVersioned, type Versioned } from "#runs/schema-version.ts";
import { Moment } from "#runs/sessions/session.ts";

/**
 * What a review answered about one change. There is no place in it for a failure: what was no
 * verdict is asked again.
 */
export const KeptVerdict = z.strictObject({
  schema: z.literal("countersign/verdict/1"),
  key: VerdictKey,
  at: Moment,
  /** The session whose review it was, and the id of that review's receipt. */
  session: SessionId,
  receipt: z.string().check(atLeast(1)),
  /** The reviewer's own word. */
  decision: z.enum(["ALLOW", "BLOCK"]),
  /** As they held against the code then; what of them counts is judged anew at each use. */
  findings: z.array(CheckedFinding),
  /** As the server named it. */
  model: z.nullable(z.string()),
  summary: z.string(),
});
export type KeptVerdict = z.output<typeof KeptVerdict>;

const VERDICT: Versioned<typeof KeptVerdict> = { name: "verdict", shape: KeptVerdict, steps: [] };

export type FoundVerdict =
  | { readonly kind: "kept"; readonly verdict: KeptVerdict }
  | { readonly kind: "none" }
  /** A later version of Countersign wrote it. It stays, and the change is reviewed as if there had been none. */
  | { readonly kind: "newer" }
  /** It could not be read and now lies at `path`. The change is reviewed as if there had been none. */
  | { readonly kind: "set-aside"; readonly path: string; readonly detail: string };

/** Returns where the verdict with this key is kept. */
export function verdictPath(locations: Locations, key: VerdictKey): string {
  return join(locations.verdicts, key.slice(0, 2), `${key}.json`);
}

/**
 * Returns the verdict on exactly this change, where there is one.
 *
 * @throws StateFault where the file system refuses.
 */
export async function readVerdict(locations: Locations, key: VerdictKey): Promise<FoundVerdict> {
  return await onState(async () => read(verdictPath(locations, key), key));
}

/**
 * Keeps a verdict, and returns the one that holds: the first for its key. A later one never
 * replaces it, or a change that was blocked could be put forward until it is signed.
 *
 * @throws StateFault where the file system refuses.
 */
export async function keepVerdict(
  locations: Locations,
  draft: Omit<KeptVerdict, "schema">,
): Promise<KeptVerdict> {
  const verdict = parseShape({ ...draft, schema: "countersign/verdict/1" }, KeptVerdict);
  return await onState(async () => keep(verdictPath(locations, verdict.key), verdict));
}

/** What stood there and was no verdict is out of the way after the first look. What a later version knows is not replaced. */
function keep(path: string, verdict: KeptVerdict): KeptVerdict {
  if (writeOnce(path, `${JSON.stringify(verdict, null, 2)}\n`)) return verdict;
  const standing = read(path, verdict.key);
  switch (standing.kind) {
    case "kept":
      return standing.verdict;
    case "newer":
      return verdict;
    case "none":
    case "set-aside":
      return keep(path, verdict);
  }
}

function read(path: string, key: VerdictKey): FoundVerdict {
  try {
    const text = readIfPresent(path);
    if (text === undefined) return { kind: "none" };
    const found = readVersioned(parseJson(text, z.unknown()), VERDICT);
    if (found.kind === "newer") return { kind: "newer" };
    const verdict = found.value;
    return verdict.key === key ? { kind: "kept", verdict } : moved(path, "it is about another change");
  } catch (error) {
    if (error instanceof JsonFault || errorCode(error) === "EISDIR") return moved(path, errorText(error));
    throw error;
  }
}

/** Two that find the same broken file both try: the second one finds it gone. */
function moved(path: string, detail: string): FoundVerdict {
  try {
    return { kind: "set-aside", path: setAside(path, new Date()), detail };
  } catch (error) {
    if (errorCode(error) === "ENOENT") return { kind: "none" };
    throw error;
  }
}
