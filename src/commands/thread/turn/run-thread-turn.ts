import type { Call } from "#commands/command.ts";
import { codexForRun } from "#commands/run/codex-for-run.ts";
import { deadlineOf } from "#commands/run/deadline.ts";
import { guardMounts, sharedTemporary } from "#commands/run/guard-mounts.ts";
import { tendRun } from "#commands/run/tend-run.ts";
import { workTreeNow } from "#commands/run/work-tree.ts";
import { type Locations, locationsOf } from "#runs/locations.ts";
import { beginRun, newRun } from "#runs/records/begin-run.ts";
import { endRun } from "#runs/records/end-run.ts";
import type { RunEvent } from "#runs/records/run-event.ts";
import { appendRunEvent } from "#runs/records/run-events.ts";
import { type RunName, runNamed } from "#runs/records/run-files.ts";
import type { RunEnded, RunId } from "#runs/records/run-record.ts";
import { begunDraft } from "./begun-draft.ts";
import type { BegunRun } from "./begun-run.ts";
import { carryOut } from "./carry-out.ts";
import { endedDraft } from "./ended-draft.ts";
import { eventsOfNotices, type Seen } from "./thread-events.ts";
import type { ThreadRequest } from "./thread-request.ts";
import { threadTask } from "./thread-task.ts";

/** A request, and the process that carries it out. */
export type ThreadTurn = {
  readonly call: Call;
  readonly request: ThreadRequest;
  /** The run's id, where it was given to somebody before. */
  readonly id?: RunId;
};

export type ThreadTurnDone = {
  readonly id: RunId;
  readonly folder: string;
  readonly ended: RunEnded;
};

/** To put the end on record goes on for so long where the run was ended from outside. */
const RECORD_MS = 30_000;

/**
 * Carries a request out as a run on record, and returns how it ended. Every end is one, also that of
 * `signal`; nothing of it runs any more then.
 *
 * @throws what keeps it from beginning, and then nothing was started: UsageFault, CodexFault where there is
 * no Codex, GitFault; LockFault and StateFault where it cannot be put on record.
 */
export async function runThreadTurn(
  { call, request, id }: ThreadTurn,
  onEvent: (event: RunEvent) => void,
  signal: AbortSignal,
): Promise<ThreadTurnDone> {
  const locations = locationsOf(call.environment, call.home, call.platform);
  const before = await workTreeNow(locations, request.cwd, signal);
  const repositoryRoot = before.tree?.repository.root;
  const codex = await codexForRun(call, { locations, repositoryRoot }, signal);
  const asked = await threadTask(request, before, signal);
  const name = id === undefined ? await newRun(locations, call.now) : knownRun(locations, id);
  const draft = begunDraft({ request, codex, before, now: call.now });
  const run = await beginRun(
    locations,
    name,
    { draft, asked: { prompt: asked.text, contract: null } },
    signal,
  );
  const ended = await runOnRecord({ call, locations, request, codex, asked, before, run }, onEvent, signal);
  return { id: run.id, folder: run.folder, ended };
}

function knownRun(locations: Locations, id: RunId): RunName {
  const name = runNamed(locations, id);
  if (name === undefined) throw new Error(`no run can have the id ${id}`);
  return name;
}

async function runOnRecord(
  begun: BegunRun,
  onEvent: (event: RunEvent) => void,
  signal: AbortSignal,
): Promise<RunEnded> {
  const { locations, request, codex, asked, run } = begun;
  const tended = tendRun(run.folder, signal);
  const mounts = guardMounts(locations, run, writableFolders(begun));
  const deadline = deadlineOf(request.timeoutSeconds, "the end of the turn");
  const say = (seen: Seen): void => {
    const event: RunEvent = { at: new Date().toISOString(), ...seen };
    appendRunEvent(run.folder, event);
    onEvent(event);
  };
  try {
    say({ kind: "phase", text: "starting" });
    const eventsOf = eventsOfNotices();
    const carried = await carryOut(
      { locations, options: codex.options, request, task: asked.task },
      {
        opened: ({ id }) => say({ kind: "thread", threadId: id }),
        notice: (notice) => eventsOf(notice).forEach(say),
      },
      AbortSignal.any([tended.signal, deadline.signal]),
    );
    mounts.release();
    say({ kind: "phase", text: "putting it on record" });
    const draft = await endedDraft(begun, { carried, ended: tended.signal }, AbortSignal.timeout(RECORD_MS));
    const { ended } = await endRun(locations, run, draft, AbortSignal.timeout(RECORD_MS));
    say({ kind: "turn", turnId: ended.turnIds[0] ?? null, state: stateOf(ended) });
    return ended;
  } finally {
    mounts.release();
    deadline.clear();
    tended.stop();
  }
}

/** Where commands may write: their sandbox mounts there. */
function writableFolders({ request, codex }: BegunRun): readonly string[] {
  if (!request.write) return [];
  return [request.cwd, ...sharedTemporary(codex.options.environment)];
}

function stateOf({ outcome }: RunEnded): "completed" | "failed" | "interrupted" {
  if (outcome.kind === "succeeded") return "completed";
  return outcome.failure.kind === "cancelled" ? "interrupted" : "failed";
}
