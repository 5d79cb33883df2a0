import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { RecordEvidence } from "#audit/evidence/evidence.ts";
import type { RunClaims } from "#audit/evidence/run-claims.ts";
import { errorCode } from "#base/fault.ts";
import { homeOfRollout } from "#codex/rollout/list-rollouts.ts";
import type { Call } from "#commands/command.ts";
import type { Locations } from "#runs/locations.ts";
import type { StoredRun } from "#runs/records/run-files.ts";
import { artifactChecks } from "./artifact-checks.ts";
import { changesChecks } from "./changes-checks.ts";
import { gatherRollouts } from "./gather-rollouts.ts";

/** Whose record it is that is looked into: a run has more to look at than its thread. */
export type Looking = {
  readonly call: Call;
  readonly locations: Locations;
  readonly run?: StoredRun | undefined;
};

/**
 * Returns all that there is to judge a record by: Codex's files, and of a run git's trees and the files
 * that it brought forth.
 *
 * @throws `signal`'s reason.
 */
export async function gatherEvidence(
  { call, locations, run }: Looking,
  claims: RunClaims,
  signal: AbortSignal,
): Promise<RecordEvidence> {
  const homes = homesOf(call, claims, run);
  return {
    rollouts: await gatherRollouts(claims, homes, signal),
    checks:
      run === undefined
        ? []
        : [...(await changesChecks(locations, run, signal)), ...(await artifactChecks(run, signal))],
    sameFolders: [claims.cwd, run?.begun.codexHome].flatMap(realOf),
  };
}

/** The homes that the run used, as its record and its seals tell, and the one that this shell uses: they can differ. */
export function homesOf(
  call: Call,
  { rollouts }: Pick<RunClaims, "rollouts">,
  run?: StoredRun,
): readonly string[] {
  const used = rollouts.flatMap(({ seal }) => homeOfRollout(seal.path) ?? []);
  return [...new Set([...(run === undefined ? [] : [run.begun.codexHome]), ...used, ownHome(call)])];
}

function ownHome({ environment, home }: Call): string {
  return environment["CODEX_HOME"] || join(home, ".codex");
}

/** Codex writes down where a folder really is, or what it was told: both are that folder. */
function realOf(folder: string | undefined): readonly string[] {
  if (folder === undefined) return [];
  try {
    return [realpathSync(folder)];
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return [];
  }
}
