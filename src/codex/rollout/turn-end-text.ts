import type { TurnEnd } from "./turn-facts.ts";

/** Returns how a turn ended, in a few words of a line. */
export function turnEndText(end: TurnEnd): string {
  switch (end.kind) {
    case "completed":
      return "completed";
    case "failed":
      return `failed: ${end.detail}`;
    case "interrupted":
      return end.reason === "interrupted" ? "interrupted" : `interrupted: ${end.reason}`;
    case "completed-or-failed":
      return "ended without an answer, completed or failed";
    case "none":
      return "no end on record: it runs, or its process was killed";
  }
}
