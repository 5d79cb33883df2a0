import * as z from "zod/mini";
import { SessionId } from "#base/ids.ts";
import { type Call, UsageFault } from "./command.ts";

/** Returns the session that an option names, or `undefined` without the option. */
export function sessionOption(call: Call): SessionId | undefined {
  const text = call.texts.get("session");
  if (text === undefined) return undefined;
  const id = z.safeParse(SessionId, text);
  if (id.success) return id.data;
  throw new UsageFault({
    kind: "usage",
    text: `"${text}" is no session id; \`countersign status\` lists them`,
  });
}
