import { runHook } from "#commands/run-hook.ts";
import { sessionEnd } from "#commands/session-end.ts";

void runHook(sessionEnd);
