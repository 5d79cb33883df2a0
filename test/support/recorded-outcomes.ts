import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson } from "#base/json.ts";
import { Receipt } from "#runs/receipts/receipt.ts";

/** Returns all receipts of a state root, the oldest first. */
export function receiptsIn(state: string): readonly Receipt[] {
  const root = join(state, "receipts");
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .map((name) => parseJson(readFileSync(join(root, name), "utf8"), Receipt))
    .sort((a, b) => (a.at === b.at ? a.n - b.n : a.at < b.at ? -1 : 1));
}

/** Returns the kind of an outcome, with the reason where there is one: `skipped(unchanged)`. */
export function outcomeText(outcome: Receipt["outcome"]): string {
  switch (outcome.kind) {
    case "allowed":
      return outcome.partial ? "allowed(partial)" : "allowed";
    case "skipped":
    case "deferred":
    case "capped":
      return `${outcome.kind}(${outcome.why})`;
    case "failed":
      return `failed(${outcome.class})`;
    case "blocked":
    case "advised":
    case "unresolved":
    case "joined":
      return outcome.kind;
  }
}
