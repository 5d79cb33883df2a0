import type { Contract } from "#gate/contract/contract.ts";
import { type GuardedFiles, takeGuarded } from "./guarded-files.ts";
import { type ArtifactDigests, digestArtifacts } from "./take-artifacts.ts";

/** What the workspace held before a run, as far as the contract asks. */
export type Before = { readonly artifacts: ArtifactDigests; readonly guarded: GuardedFiles };

/**
 * Looks at the workspace (a real path) before a run, with nothing of Codex's alive.
 *
 * @throws what `signal` was ended with.
 */
export async function lookBefore(
  workspace: string,
  contract: Contract,
  signal: AbortSignal,
): Promise<Before> {
  const artifacts = await digestArtifacts(workspace, contract, signal);
  return { artifacts, guarded: await takeGuarded(workspace, contract, signal) };
}
