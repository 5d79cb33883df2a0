import type { TestContext } from "vitest";
import type { FailureKind } from "#gate/failure/failure.ts";
import type { GateWorld } from "#test/gate-world.ts";
import type { HookProcess } from "#test/hook-process.ts";
import type { Script } from "#test/responses-api.ts";

/** What is broken in a world, and how it is mended. */
export type Broken = {
  /** Added to the environment of the stops while it is broken. */
  readonly env?: Readonly<Record<string, string>>;
  /** How the model behaves meanwhile. */
  readonly script?: Script;
  /** Shell words that end in `exec "$@"`: the hook's process begins with them. */
  readonly before?: string;
  /** What happens while the stop is decided; resolved before the hook ends. */
  readonly meanwhile?: (hook: HookProcess) => Promise<void>;
  /** Breaks it before a stop, and returns how to mend it. */
  readonly begin?: () => () => void;
  /** Added to the environment of the stop after it. */
  readonly well?: Readonly<Record<string, string>>;
};

/** Several tests run at once, and what is global in vitest belongs to any one of them. */
export type OwnTest = Pick<TestContext, "onTestFinished">;

/** One way in which a review fails. */
export type FailureCase = {
  readonly name: string;
  readonly kind: FailureKind;
  /** The upstream's own words, where it has any. */
  readonly words?: string;
  /** Records cannot be written: such a stop is only told, and holds nobody back. */
  readonly recorded?: false;
  /** It is waited for until the deadline, which comes once a turn is sure to have begun. */
  readonly deadline?: "soon";
  /** What it needs beyond the world goes away with `test`. */
  readonly breakIt: (world: GateWorld, test: OwnTest) => Broken | Promise<Broken>;
};
