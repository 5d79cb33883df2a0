import { closeSync, fstatSync, readSync } from "node:fs";
import { errorCode } from "#base/fault.ts";
import { openFile } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { noEventYet, type RunView, viewAfter } from "#commands/progress/run-view.ts";
import { RunEvent } from "#runs/records/run-event.ts";
import { eventsFile } from "#runs/records/run-events.ts";
import type { StoredRun } from "#runs/records/run-files.ts";

const LINE_FEED = 0x0a;
const CHUNK_BYTES = 64 * 1024;

/**
 * Returns what reads a run's events: each call returns those that have come since the call before. A line
 * that is being written, or was torn, is not there yet; one that is not understood, of a later version,
 * is passed over.
 */
export function eventReader(folder: string): () => readonly RunEvent[] {
  let read = 0;
  let rest = Buffer.alloc(0);
  return () => {
    const fresh = bytesFrom(eventsFile(folder), read);
    read += fresh.length;
    const all = Buffer.concat([rest, fresh]);
    const end = all.lastIndexOf(LINE_FEED) + 1;
    rest = all.subarray(end);
    return all.subarray(0, end).toString("utf8").split("\n").flatMap(eventIn);
  };
}

/** Returns what is known of a run from the events that are there now. */
export function viewOf({ name, begun }: Pick<StoredRun, "name" | "begun">): RunView {
  return eventReader(name.folder)().reduce(viewAfter, noEventYet(Date.parse(begun.at), begun.cwd));
}

function eventIn(line: string): readonly RunEvent[] {
  if (line === "") return [];
  try {
    return [parseJson(line, RunEvent)];
  } catch (error) {
    if (error instanceof JsonFault) return [];
    throw error;
  }
}

function bytesFrom(path: string, position: number): Buffer {
  const pieces: Buffer[] = [];
  try {
    const file = openFile(path);
    try {
      const end = fstatSync(file).size;
      for (let at = position; at < end; ) {
        const piece = Buffer.alloc(Math.min(CHUNK_BYTES, end - at));
        const length = readSync(file, piece, 0, piece.length, at);
        if (length === 0) break;
        pieces.push(piece.subarray(0, length));
        at += length;
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    // There is none before the first event.
    if (errorCode(error) !== "ENOENT") throw error;
  }
  return Buffer.concat(pieces);
}
