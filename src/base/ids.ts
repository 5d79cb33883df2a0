import * as z from "zod/mini";

/**
 * A host's session id. It becomes a file name, so only what can never climb out of a
 * folder is let in: letters, digits, `-` and `_`, at most 128 characters.
 */
export const SessionId = z
  .string()
  .check(z.regex(/^[A-Za-z0-9_-]{1,128}$/))
  .brand<"SessionId">();
export type SessionId = z.output<typeof SessionId>;

/** A git object id, of either object format. */
export const ObjectId = z
  .string()
  .check(z.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/))
  .brand<"ObjectId">();
export type ObjectId = z.output<typeof ObjectId>;

/** An absolute path, as it is handed to other programs. */
export const AbsolutePath = z.string().check(z.refine(isAbsolutePath, "must be an absolute path"));

function isAbsolutePath(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path) || path.startsWith("\\\\");
}
