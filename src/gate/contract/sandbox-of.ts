import { writes } from "./allowed-tools.ts";
import type { Contract } from "./contract.ts";

/** Which of Codex's sandboxes a run gets, and why no smaller one does. */
export type RunSandbox = {
  readonly mode: "read-only" | "workspace-write" | "danger-full-access";
  readonly reason: string;
};

/** Asked for by a person: no contract can give it. */
export type FullAccess = { readonly reason: string };

/**
 * Returns the smallest sandbox that the contract needs. Images are kept by Codex itself, outside of the
 * sandbox: to generate them takes no right to write.
 */
export function sandboxOf(contract: Contract, fullAccess: FullAccess | undefined): RunSandbox {
  if (fullAccess !== undefined) return { mode: "danger-full-access", reason: fullAccess.reason };
  if (!writes(contract)) return { mode: "read-only", reason: "nothing is to be written" };
  const [first] = contract.outputs;
  if (first !== undefined) return { mode: "workspace-write", reason: `${first.path} is to be written` };
  return { mode: "workspace-write", reason: "the contract asks for edits" };
}
