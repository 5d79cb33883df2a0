import { closeSync, constants, fstatSync, futimesSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "#base/fault.ts";
import { clip } from "#base/text.ts";
import type { RunEvent } from "./run-event.ts";

/** Beyond this a run's file of events takes only milestones, and a megabyte later nothing. */
const MOST_BYTES = 4 * 1024 * 1024;
const MILESTONE_BYTES = 1024 * 1024;
const LONGEST_TEXT = 2_000;
const MILESTONES: readonly RunEvent["kind"][] = ["phase", "thread", "turn", "error"];
/** Only this user's, never through a link. */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);

/** Returns the file in which a run's events are kept, one to a line. Its last change is a sign of life. */
export function eventsFile(folder: string): string {
  return join(folder, "events.jsonl");
}

/**
 * Puts an event on record in the run's folder. For the process that runs it alone. However many come
 * and however long they are, the file stays below 6 MiB: texts are cut, and beyond 4 MiB only milestones
 * are kept. Returns what became of it: an event is no evidence, so one that cannot be written (a full
 * disk) ends no run.
 */
export function appendRunEvent(folder: string, event: RunEvent): "written" | "left-out" | "unwritable" {
  try {
    const file = openSync(eventsFile(folder), APPEND, 0o600);
    try {
      return append(file, event);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return "unwritable";
  }
}

function append(file: number, event: RunEvent): "written" | "left-out" {
  const { size } = fstatSync(file);
  const limit = MILESTONES.includes(event.kind) ? MOST_BYTES + MILESTONE_BYTES : MOST_BYTES;
  if (size >= limit) {
    // It is alive all the same.
    futimesSync(file, new Date(), new Date());
    return "left-out";
  }
  const line = lineOf(event);
  const isLast = size < MOST_BYTES && size + Buffer.byteLength(line) >= MOST_BYTES;
  writeSync(file, isLast ? `${line}${lineOf({ at: event.at, kind: "left-out" })}` : line);
  return "written";
}

function lineOf(event: RunEvent): string {
  const short = (_key: string, value: unknown): unknown =>
    typeof value === "string" ? clip(value, LONGEST_TEXT) : value;
  return `${JSON.stringify(event, short)}\n`;
}
