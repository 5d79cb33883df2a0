import * as z from "zod/mini";
import { errorCode } from "#base/fault.ts";
import { readIfPresent } from "#base/files.ts";
import type { SessionId } from "#base/ids.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { Mode } from "#gate/mode.ts";
import { type Locations, sessionFile } from "./locations.ts";

/** As much of a session's file as tells whether the gate looks at its stops; the rest costs time at every stop. */
const SessionMode = z.looseObject({
  pinned: z.looseObject({ mode: Mode }),
  mode: z.optional(z.looseObject({ gate: Mode, by: z.string(), said: z.optional(z.boolean()) })),
});

/**
 * Returns whether a session's file says that the gate is off: pinned so, or by a person's word that
 * the session's user has read of. A file that is missing or cannot be read says nothing of the kind.
 */
export function isSessionOff(locations: Locations, id: SessionId): boolean {
  try {
    const text = readIfPresent(sessionFile(locations, id));
    if (text === undefined) return false;
    const { mode, pinned } = parseJson(text, SessionMode);
    if (mode === undefined) return pinned.mode === "off";
    return mode.gate === "off" && (mode.by === "transcript" || mode.said === true);
  } catch (error) {
    if (error instanceof JsonFault || errorCode(error) !== undefined) return false;
    throw error;
  }
}
