import { errorText } from "#base/fault.ts";
import { CodexFault } from "#codex/fault.ts";
import { ThreadFault } from "#codex/thread/fault.ts";
import { runFailureOf } from "#commands/run/run-failure-of.ts";
import type { RunFailure } from "#gate/contract/run-failure.ts";
import type { CarriedOut } from "./carry-out.ts";

/** Returns why there is no completed turn, in the words of records. */
export function brokenBy({ error, seen }: CarriedOut, ended: AbortSignal): RunFailure | undefined {
  if (error === undefined) return undefined;
  if (ended.aborted && error === ended.reason) return { kind: "cancelled", detail: errorText(error) };
  if (error instanceof ThreadFault) return threadFailure(error.failure);
  const failure = runFailureOf(error);
  const hasBegun = seen !== undefined && seen.turnIds.length > 0;
  const isDead = error instanceof CodexFault && error.failure.kind === "server-died";
  return hasBegun && isDead ? { ...failure, kind: "killed" } : failure;
}

function threadFailure(failure: ThreadFault["failure"]): RunFailure {
  if (failure.kind === "mcp-server-unknown") {
    const known = failure.known.length === 0 ? "it has none" : `it has ${failure.known.join(", ")}`;
    const detail = `Codex's configuration has no MCP server "${failure.name}"; ${known}`;
    return { kind: "contract_invalid", detail };
  }
  const kind = failure.why === "busy" ? "thread_busy" : "thread_unavailable";
  return { kind, detail: `${WHY[failure.why]} (${failure.detail})` };
}

const WHY: Record<Extract<ThreadFault["failure"], { kind: "thread-unavailable" }>["why"], string> = {
  unknown: "this CODEX_HOME has no such thread",
  busy: "a turn runs on it",
  held: "another process has it open: close it there",
  refused: "Codex does not continue it",
};
