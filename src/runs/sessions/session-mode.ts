import { errorCode } from "#base/fault.ts";
import { readIfPresent } from "#base/files.ts";
import type { SessionId } from "#base/ids.ts";
import { jsonMember } from "#base/json-member.ts";
import type { Mode } from "#gate/mode.ts";
import { type Locations, ownSessionFile, SESSION_VERSION, sessionFile } from "#runs/locations.ts";

const MODES: Readonly<Record<Mode, true>> = { enforce: true, advise: true, off: true };

const OURS = Array.from({ length: SESSION_VERSION }, (_, index) => `countersign/session/${index + 1}`);

/**
 * Returns whether a session's file says that the gate is off: pinned so, or by a person's word that
 * the session's user has read of. A file that is missing or cannot be read says nothing of the kind.
 * Neither does one that a later version wrote: there our own record beside it counts.
 * It is read without a schema, which would cost more than all else that a stop does where the gate is off.
 */
export function isSessionOff(locations: Locations, id: SessionId): boolean {
  const said = modeIn(sessionFile(locations, id));
  return (said === "newer" ? modeIn(ownSessionFile(locations, id)) : said) === "off";
}

function modeIn(path: string): "off" | "newer" | undefined {
  try {
    const text = readIfPresent(path);
    return text === undefined ? undefined : modeOf(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || errorCode(error) !== undefined) return undefined;
    throw error;
  }
}

function modeOf(file: unknown): "off" | "newer" | undefined {
  const schema = jsonMember(file, "schema");
  const pinned = jsonMember(jsonMember(file, "pinned"), "mode");
  const word = jsonMember(file, "mode");
  if (typeof schema !== "string" || !isMode(pinned) || (word !== undefined && !isWord(word)))
    return undefined;
  if (!OURS.includes(schema)) return "newer";
  if (word === undefined) return pinned === "off" ? "off" : undefined;
  // Off, but not yet known to the user: the stop goes on to where that is said.
  const isRead = jsonMember(word, "by") === "transcript" || jsonMember(word, "said") === true;
  return jsonMember(word, "gate") === "off" && isRead ? "off" : undefined;
}

/** A person's word, as the session's file keeps it. */
function isWord(value: unknown): boolean {
  const said = jsonMember(value, "said");
  return (
    isMode(jsonMember(value, "gate")) &&
    typeof jsonMember(value, "by") === "string" &&
    (said === undefined || typeof said === "boolean")
  );
}

function isMode(value: unknown): boolean {
  return typeof value === "string" && Object.hasOwn(MODES, value);
}
