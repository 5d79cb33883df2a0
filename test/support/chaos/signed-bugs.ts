import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Receipt } from "#runs/receipts/receipt.ts";
import type { Stage } from "./stage.ts";
import { lineOf } from "./workplace.ts";

/**
 * Returns the tokens of the bugs that came in with the change which this receipt signs, by what git has
 * of its two trees: whatever the reviewer was shown, and whatever the receipt says.
 */
export function signedBugs(stage: Stage, { baseline, snapshot, scope }: Receipt): readonly string[] {
  if (baseline === null || snapshot === null) return [];
  const [before, after] = [filesOf(stage, baseline.tree), filesOf(stage, snapshot.tree)];
  const uncovered = new Set((scope?.notCovered ?? []).map(({ path }) => path));
  return stage.work.planted
    .filter(({ bug, path }) => bug && !uncovered.has(path))
    .filter(
      (one) => after.get(one.path) === blobOf(lineOf(one)) && before.get(one.path) !== blobOf(lineOf(one)),
    )
    .map(({ token }) => token);
}

/** Each file of a tree with its blob; empty where no store has the tree any more. */
function filesOf({ world }: Stage, tree: string): ReadonlyMap<string, string> {
  const stores = join(world.state, "objects");
  for (const name of existsSync(stores) ? readdirSync(stores) : []) {
    const store = join(stores, name);
    try {
      const lines = world.repository
        .git("--git-dir", store, "ls-tree", "-r", "--full-tree", tree)
        .split("\n");
      return new Map(lines.map((line) => [line.split("\t")[1] ?? "", line.split(/[ \t]/)[2] ?? ""]));
    } catch {
      // It is another store's.
    }
  }
  return new Map();
}

function blobOf(content: string): string {
  return createHash("sha1").update(`blob ${content.length}\0${content}`).digest("hex");
}
