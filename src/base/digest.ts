import { createHash } from "node:crypto";
import { canonicalJson } from "./json.ts";

/** Returns the SHA-256 of the bytes as 64 lower-case hex digits. */
export function sha256(bytes: string | NodeJS.ArrayBufferView): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Returns the SHA-256 of a value by its canonical JSON: equal values, equal digest. */
export function digestOf(value: unknown): string {
  return sha256(canonicalJson(value));
}
