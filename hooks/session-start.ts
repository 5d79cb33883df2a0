import { runHook } from "#commands/run-hook.ts";
import { sessionStart } from "#commands/session-start.ts";

void runHook(sessionStart);
