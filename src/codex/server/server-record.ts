import * as z from "zod/mini";
import { readIfPresent, replaceFile } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { ProcessIdentity } from "#base/process-identity.ts";
import type { ServerPlace } from "./server-place.ts";

/** A server that a keeper started: by this alone may it be signalled. */
export const ServerRecord = z.strictObject({
  process: ProcessIdentity,
  /** The socket itself, wherever the link at `ServerPlace.socket` leads. */
  socket: z.string(),
});
export type ServerRecord = z.output<typeof ServerRecord>;

/** A server that its keeper answers for. `gone` fires when a child of the keeper exits. */
export type KeptServer = ServerRecord & { readonly gone: AbortSignal };

/** Writes down which process serves a place. */
export function recordServer(place: ServerPlace, { process, socket }: ServerRecord): void {
  replaceFile(place.record, JSON.stringify({ process, socket }));
}

/** Returns the record of a place, or `undefined` where there is none that can be read. */
export function readRecord(place: ServerPlace): ServerRecord | undefined {
  const text = readIfPresent(place.record);
  if (text === undefined) return undefined;
  try {
    return parseJson(text, ServerRecord);
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}
