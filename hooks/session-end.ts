import { runHook } from "#commands/hooks/run-hook.ts";
import { sessionEnd } from "#commands/hooks/session-end.ts";

void runHook(sessionEnd);
