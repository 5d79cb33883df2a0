import { existsSync } from "node:fs";
import type { Receipt } from "#runs/receipts/receipt.ts";
import { askedFor } from "./check-verdicts.ts";
import { sessionReceipts } from "./records.ts";
import type { Player, Stage } from "./stage.ts";
import type { Planted } from "./workplace.ts";

/** Every line that a session planted, and that stands when all is over, was seen by a reviewer who answered. */
export async function checkCoverage(stage: Stage): Promise<readonly string[]> {
  if (stage.harm.receipts.size > 0) return [];
  const seen = seenTexts(stage);
  const found: string[] = [];
  for (const player of stage.players.filter(({ root }) => existsSync(root))) {
    const from = await horizon(stage, player);
    const missed = stage.work.standing(player.root).filter((one) => one.at > from && !isSeen(seen, one));
    found.push(
      ...missed.map(
        ({ token, path }) => `${token} in ${path} stands and no reviewer saw it (session ${player.index})`,
      ),
    );
  }
  return found;
}

/** The text of every conversation that led to a verdict. */
function seenTexts(stage: Stage): readonly string[] {
  const receipts = stage.players.flatMap((player) => sessionReceipts(stage, player));
  return receipts
    .filter(isVerdict)
    .flatMap((receipt) => askedFor(stage, receipt)?.request.texts.map(({ text }) => text) ?? []);
}

function isVerdict({ outcome }: Receipt): boolean {
  return ["allowed", "blocked", "capped", "advised", "unresolved"].includes(outcome.kind);
}

function isSeen(texts: readonly string[], { token }: Planted): boolean {
  return texts.some((text) => text.split("\n").some((line) => line.startsWith("+") && line.includes(token)));
}

/**
 * What was done before the session's baseline is not its work; a later one has to be said. One that
 * another session of the same tree had to take late covers what that one had done there.
 */
async function horizon(stage: Stage, player: Player): Promise<number> {
  const fresh = stage.calls.filter(
    ({ session, label }) => session === player.index && /\.0$|\+clear$/.test(label),
  );
  const starts = await Promise.all(fresh.map(async ({ ended }) => (await ended).at));
  const together = stage.players.filter(({ root }) => root === player.root);
  const late = together
    .flatMap((one) => sessionReceipts(stage, one))
    .flatMap(({ outcome, at, seconds }) => {
      const isLate = outcome.kind === "skipped" && outcome.why === "no-baseline";
      return isLate ? [Date.parse(at) + seconds * 1_000] : [];
    });
  return Math.max(0, ...starts, ...late);
}
