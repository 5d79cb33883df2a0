import { findRollout, type RolloutSeal, sealRollout } from "#codex/rollout/rollout.ts";
import { type RolloutFacts, readRolloutFacts } from "#codex/rollout/rollout-facts.ts";
import type { TurnFacts } from "#codex/rollout/turn-facts.ts";

/** What Codex has on record of a run, in the file of its thread as it stood when Codex was gone. */
export type ExecEvidence = {
  readonly seal: RolloutSeal | undefined;
  readonly facts: RolloutFacts | undefined;
  /** The one turn that an exec has. */
  readonly turn: TurnFacts | undefined;
  /** Why there is no such file; null where there is one. */
  readonly none: string | null;
};

/** Where the file is there and cannot be read. */
export const UNREADABLE_ROLLOUT: ExecEvidence = {
  seal: undefined,
  facts: undefined,
  turn: undefined,
  none: "Codex's file of the thread could not be read",
};

/**
 * Returns the evidence for a thread: what stands in exactly the bytes that are sealed.
 *
 * @throws Error with the system's code where the file is there and cannot be read; `signal`'s reason.
 */
export async function execEvidence(
  { codexHome, ephemeral }: { readonly codexHome: string; readonly ephemeral: boolean },
  threadId: string | undefined,
  signal: AbortSignal,
): Promise<ExecEvidence> {
  const nothing = { seal: undefined, facts: undefined, turn: undefined };
  if (threadId === undefined) return { ...nothing, none: "Codex began no thread" };
  if (ephemeral) return { ...nothing, none: "it was run with --ephemeral, of which Codex keeps no file" };
  const path = findRollout(codexHome, threadId);
  if (path === undefined) return { ...nothing, none: "Codex left no file of the thread" };
  const seal = await sealRollout(path);
  const facts = await readRolloutFacts(path, { bytes: seal.bytes }, signal);
  const turn = facts.turns.findLast(({ inherited }) => !inherited);
  return { seal, facts, turn, none: null };
}

/** The file spells in snake case what the app-server spells in camel case: `{"http_connection_failed":{"http_status_code":401}}`. */
export function errorInfo(reason: unknown): unknown {
  if (typeof reason === "string") return camelCase(reason);
  if (typeof reason !== "object" || reason === null) return reason;
  return Object.fromEntries(
    Object.entries(reason).map(([name, value]) => [
      camelCase(name),
      isTree(value) ? errorInfo(value) : value,
    ]),
  );
}

function isTree(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
