import type { RunFailureKind } from "#gate/contract/run-failure.ts";
import type { CodexVersion, ExecPlace } from "#test/exec-world.ts";
import type { Script } from "#test/responses-api.ts";

/** One way in which a run does not do what it was to do. */
export type ExecCase = {
  readonly name: string;
  readonly kind: RunFailureKind;
  /** Both versions, unless it is about one or about none of them. */
  readonly only?: CodexVersion;
  /** What stands in the failure's detail. */
  readonly says?: RegExp;
  readonly words: readonly string[];
  /** Plays the model; it says "Done." without one. */
  readonly script?: Script;
  readonly prepare?: (place: ExecPlace) => void;
  /** Added to the environment. */
  readonly env?: (place: ExecPlace) => Readonly<Record<string, string>>;
  /** 1, unless nothing could be run. */
  readonly exit?: 2;
  /** Nothing was started, so that there is no record. */
  readonly unbegun?: true;
};
