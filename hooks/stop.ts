import { runHook } from "#commands/hooks/run-hook.ts";
import { stop } from "#commands/hooks/stop.ts";

void runHook(stop);
