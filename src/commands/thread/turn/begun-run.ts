import type { Call } from "#commands/command.ts";
import type { CodexForRun } from "#commands/run/codex-for-run.ts";
import type { SeenTree } from "#commands/run/work-tree.ts";
import type { Locations } from "#runs/locations.ts";
import type { RunUnderWay } from "#runs/records/begin-run.ts";
import type { ThreadRequest } from "./thread-request.ts";
import type { AskedTask } from "./thread-task.ts";

/** A run that has begun, and all that was known then. */
export type BegunRun = {
  readonly call: Call;
  readonly locations: Locations;
  readonly request: ThreadRequest;
  readonly codex: CodexForRun;
  readonly asked: AskedTask;
  readonly before: SeenTree;
  readonly run: RunUnderWay;
};
