import * as z from "zod/mini";
import { isDeviceName, SESSION_NAME } from "./session-name.ts";

/**
 * A host's session id. It becomes a file name, so only what can never climb out of a
 * folder is let in: letters, digits, `-` and `_`, at most 128 characters, and no device's name.
 */
export const SessionId = z
  .string()
  .check(
    z.regex(SESSION_NAME),
    z.refine((id) => !isDeviceName(id), "is the name of a device"),
  )
  .brand<"SessionId">();
export type SessionId = z.output<typeof SessionId>;

/** A git object id, of either object format. */
export const ObjectId = z
  .string()
  .check(z.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/))
  .brand<"ObjectId">();
export type ObjectId = z.output<typeof ObjectId>;

/** The id of a request: its time and eight hex digits. It becomes a part of file names. */
export const RequestId = z.string().check(z.regex(/^\d{8}T\d{6,9}Z-[0-9a-f]{8}$/));

/** The id of a recorded change of settings: twenty hex digits. It becomes a part of file names. */
export const ChangeId = z.string().check(z.regex(/^[0-9a-f]{20}$/));

/** An absolute path, as it is handed to other programs. */
export const AbsolutePath = z.string().check(z.refine(isAbsolutePath, "must be an absolute path"));

function isAbsolutePath(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path) || path.startsWith("\\\\");
}
