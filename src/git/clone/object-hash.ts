import { createHash, type Hash } from "node:crypto";
import { ObjectId } from "#base/ids.ts";

export type ObjectFormat = "sha1" | "sha256";
export type ObjectType = "blob" | "tree" | "commit" | "tag";

/** Returns the name that git gives to an object of this type and content (gitformat-pack(5), "object name"). */
export function hashObject(format: ObjectFormat, type: ObjectType, content: Uint8Array): ObjectId {
  return endObject(beginObject(format, type, content.length).update(content));
}

/** Returns the hash of an object to which its content is still to be added, so many bytes. */
export function beginObject(format: ObjectFormat, type: ObjectType, size: number): Hash {
  return createHash(format).update(`${type} ${size}\0`);
}

export function endObject(hash: Hash): ObjectId {
  return ObjectId.parse(hash.digest("hex"));
}

/** Returns how many bytes a name has in a tree. */
export function idBytes(format: ObjectFormat): number {
  return format === "sha1" ? 20 : 32;
}
