import { expect, test } from "vitest";
import { CodexFault } from "#codex/fault.ts";
import { watchedTree } from "#commands/hooks/watched-tree.ts";
import { reviewOnce } from "#commands/on-demand/review-once.ts";
import { reviewedText } from "#commands/on-demand/reviewed-text.ts";
import { DEFAULT_CONFIG } from "#gate/config.ts";
import { takeSnapshot } from "#git/snapshot/take-snapshot.ts";
import { readLedger } from "#runs/records/ledger-lines.ts";
import { makeRepository } from "#test/scratch-repository.ts";
import { sessionId } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;

test("a review that took too long says so, one that was interrupted says that, and both are in the ledger", async () => {
  const repository = makeRepository();
  const locations = freshLocations();
  const tree = await watchedTree(locations, repository.root, NEVER);
  if (tree === undefined) throw new Error("it is a repository");
  const baseline = await takeSnapshot(tree.repository, tree.store, NEVER);
  repository.write("a.js", "export const a = 1;\n");
  const snapshot = await takeSnapshot(tree.repository, tree.store, NEVER);
  const environment = { PATH: process.env["PATH"] ?? "", HOME: repository.beside };
  const late = new CodexFault({ kind: "deadline", seconds: 1800, waitingFor: "the end of the review" });
  const told: string[] = [];
  for (const reason of [late, new Error("SIGINT")]) {
    const one = {
      place: { environment, locations },
      config: DEFAULT_CONFIG,
      digest: "d",
      tree,
      target: { what: "the uncommitted work", baseline, snapshot },
      chain: { kind: "lone", session: sessionId(`s${told.length}`) } as const,
      ledger: [],
      first: [],
      now: new Date(),
    };
    told.push(reviewedText([await reviewOnce(one, AbortSignal.abort(reason))], "countersign"));
  }
  expect(told[0]).toContain(
    "The review did not end in time (after 1800 s, waiting for the end of the review). Raise `maxMinutes`",
  );
  expect(told[1]).toContain("The review was interrupted before it ended. Run `countersign review` again");
  expect([...readLedger(locations)]).toMatchObject([
    { line: { part: "receipt" } },
    { line: { part: "receipt" } },
  ]);
  repository.remove();
});
