import * as z from "zod/mini";
import { errorCode } from "#base/fault.ts";
import { readIfPresent } from "#base/files.ts";
import type { SessionId } from "#base/ids.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { Mode } from "#gate/mode.ts";
import { type Locations, ownSessionFile, SESSION_VERSION, sessionFile } from "./locations.ts";

/** As much of a session's file as tells whether the gate looks at its stops; the rest costs time at every stop. */
const SessionMode = z.looseObject({
  schema: z.string(),
  pinned: z.looseObject({ mode: Mode }),
  mode: z.optional(z.looseObject({ gate: Mode, by: z.string(), said: z.optional(z.boolean()) })),
});

const OURS = Array.from({ length: SESSION_VERSION }, (_, index) => `countersign/session/${index + 1}`);

/**
 * Returns whether a session's file says that the gate is off: pinned so, or by a person's word that
 * the session's user has read of. A file that is missing or cannot be read says nothing of the kind.
 * Neither does one that a later version wrote: there our own record beside it counts.
 */
export function isSessionOff(locations: Locations, id: SessionId): boolean {
  const said = modeIn(sessionFile(locations, id));
  return (said === "newer" ? modeIn(ownSessionFile(locations, id)) : said) === "off";
}

function modeIn(path: string): Mode | "newer" | undefined {
  try {
    const text = readIfPresent(path);
    if (text === undefined) return undefined;
    const { schema, mode, pinned } = parseJson(text, SessionMode);
    if (!OURS.includes(schema)) return "newer";
    if (mode === undefined) return pinned.mode;
    const read = mode.by === "transcript" || mode.said === true;
    // Off, but not yet known to the user: the stop goes on to where that is said.
    return mode.gate === "off" && !read ? undefined : mode.gate;
  } catch (error) {
    if (error instanceof JsonFault || errorCode(error) !== undefined) return undefined;
    throw error;
  }
}
