import type { CheckName, RecordCheck, Standing } from "./evidence.ts";

/** Without each of these nothing is proven, whatever else holds. */
const NEEDED: readonly CheckName[] = ["record", "rollout", "thread", "turns", "end", "time"];
/** Where one of these could not be told, there is nothing to go by. */
const GROUND: readonly CheckName[] = ["record", "rollout"];

/**
 * Returns what the checks come to. One that fails contradicts the record. Proven is what holds in all
 * that is needed, with nothing left open that could be known. Without a word of Codex's own, or of what
 * vouches for the record, it is unproven; `silent` there means that nobody could have kept one.
 */
export function standingOf(checks: readonly RecordCheck[]): Standing {
  if (checks.some(({ result }) => result === "fails")) return "contradicted";
  const open = checks.filter(({ result }) => result === "unknown");
  if (open.some(({ name, silent }) => GROUND.includes(name) && !silent)) return "unproven";
  const held = NEEDED.every((name) =>
    checks.some((check) => check.name === name && check.result === "holds"),
  );
  return held && open.every(({ silent }) => silent) ? "proven" : "plausible";
}
