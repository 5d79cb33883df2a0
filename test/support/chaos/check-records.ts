import { checkChain } from "#audit/records/chain.ts";
import type { RunFinding } from "#audit/records/run-finding.ts";
import { runCountersign } from "#test/run-countersign.ts";
import { chainOf } from "./records.ts";
import type { Player, Stage } from "./stage.ts";

/** No record is lost or torn: every chain holds, and `audit verify` says so too. What was damaged is told. */
export async function checkRecords(stage: Stage): Promise<readonly string[]> {
  const chains = stage.players.flatMap((player) => broken(stage, player));
  const { world, harm } = stage;
  const { exitCode, stdout, stderr } = await runCountersign(
    ["audit", "verify"],
    world.env,
    world.repository.beside,
  );
  if (harm.receipts.size > 0)
    return exitCode === 1 ? chains : [...chains, "`audit verify` does not see a damaged receipt"];
  return exitCode === 0 ? chains : [...chains, `\`audit verify\` ends with ${exitCode}: ${stdout}${stderr}`];
}

function broken(stage: Stage, player: Player): readonly string[] {
  const damaged = [...stage.harm.receipts].some((path) => path.includes(player.id));
  return checkChain(chainOf(stage, player))
    .filter((finding) => !damaged || !mayFollow(finding))
    .map((finding) => `session ${player.index}: ${JSON.stringify(finding)}`);
}

/** What damage to a receipt has to bring to light. */
function mayFollow({ kind }: RunFinding): boolean {
  return ["receipt-unreadable", "receipt-missing", "receipt-edited", "chain-unanchored"].includes(kind);
}
