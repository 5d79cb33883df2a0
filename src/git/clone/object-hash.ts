import { createHash, type Hash, hash } from "node:crypto";
import { ObjectId } from "#base/ids.ts";

export type ObjectFormat = "sha1" | "sha256";
export type ObjectType = "blob" | "tree" | "commit" | "tag";

/** Returns the name that git gives to an object of this type and content (gitformat-pack(5), "object name"). */
export function hashObject(format: ObjectFormat, type: ObjectType, content: Uint8Array): ObjectId {
  return endObject(beginObject(format, type, content.length).update(content));
}

type NamedObject = { readonly format: ObjectFormat; readonly type: ObjectType; readonly content: Uint8Array };

/** Small objects are copied here, to be hashed in one call: half of what a history's trees cost is this. */
const block = Buffer.alloc(64 * 1024);
const MOST_HEAD_BYTES = 32;

/** Returns whether an object is what it is named after. */
export function isNamed(name: string, { format, type, content }: NamedObject): boolean {
  if (content.length > block.length - MOST_HEAD_BYTES) return hashObject(format, type, content) === name;
  const start = block.write(`${type} ${content.length}\0`, "latin1");
  block.set(content, start);
  return hash(format, block.subarray(0, start + content.length)) === name;
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
