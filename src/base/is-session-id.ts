import type { SessionId } from "./ids.ts";
import { isDeviceName, SESSION_NAME } from "./session-name.ts";

/** Returns whether a decoded value can be a session's id: what the schema `SessionId` says, for where no schema is loaded. */
export function isSessionId(value: unknown): value is SessionId {
  return typeof value === "string" && SESSION_NAME.test(value) && !isDeviceName(value);
}
