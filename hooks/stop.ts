import { runHook } from "#commands/run-hook.ts";
import { stop } from "#commands/stop.ts";

void runHook(stop);
