import type { Contract } from "#gate/contract/contract.ts";
import type { RunSandbox } from "#gate/contract/sandbox-of.ts";

/** What a call of `countersign exec` asks for. */
export type ExecTask = {
  readonly contract: Contract;
  /** What Codex gets to read. */
  readonly instruction: string;
  readonly sandbox: RunSandbox;
  /** Codex keeps no file of the thread. */
  readonly ephemeral: boolean;
};
