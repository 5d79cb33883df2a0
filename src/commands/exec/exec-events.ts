import type { ExecEvent, ExecItem } from "#codex/exec/exec-event.ts";
import { retriedAfter } from "#codex/exec/exec-trouble.ts";
import type { RunEvent } from "#runs/records/run-event.ts";

/** Returns what somebody who looks on is told of one event of Codex. */
export function runEventsOf(event: ExecEvent, at: RunEvent["at"]): readonly RunEvent[] {
  switch (event.kind) {
    case "thread":
      return [{ at, kind: "thread", threadId: event.threadId }];
    case "turn-started":
      return [{ at, kind: "turn", turnId: null, state: "started" }];
    case "turn-completed": {
      const over: RunEvent = { at, kind: "turn", turnId: null, state: "completed" };
      return event.usage === undefined ? [over] : [{ at, kind: "tokens", ...event.usage }, over];
    }
    case "turn-failed":
      return [{ at, kind: "turn", turnId: null, state: "failed" }];
    case "error": {
      const cause = retriedAfter(event.message);
      return [{ at, kind: "error", text: cause ?? event.message, willRetry: cause !== undefined }];
    }
    case "item":
      return itemEvents(event.item, event.over, at);
  }
}

function itemEvents(item: ExecItem, over: boolean, at: RunEvent["at"]): readonly RunEvent[] {
  switch (item.kind) {
    case "message":
      return over ? [{ at, kind: "message", text: item.text }] : [];
    case "warning":
      return [{ at, kind: "error", text: item.text, willRetry: false }];
    case "command": {
      const named = { at, item: item.id, command: item.command };
      if (!over) return [{ ...named, kind: "command" }];
      return [{ ...named, kind: "command-end", exitCode: item.exitCode ?? null }];
    }
    case "edit":
      return over ? item.paths.map((path) => ({ at, kind: "edit", path })) : [];
    case "tool":
      return over ? [] : [{ at, kind: "tool", name: item.name }];
  }
}
