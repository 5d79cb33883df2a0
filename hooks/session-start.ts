import { runHook } from "#commands/hooks/run-hook.ts";
import { sessionStart } from "#commands/hooks/session-start.ts";

void runHook(sessionStart);
