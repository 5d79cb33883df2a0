import type { Surroundings } from "#commands/command.ts";
import type { Locations } from "#runs/locations.ts";

/**
 * `ok`: it works as meant. `warning`: it works, and there is something to know. `broken`: nothing is
 * reviewed, or not as configured. `unknown`: it could not be found out.
 */
export type CheckState = "ok" | "warning" | "broken" | "unknown";

/** One thing that was looked at. `what` and `next` are a sentence each, `detail` is facts, one a line. */
export type Check = {
  readonly id: string;
  readonly state: CheckState;
  readonly what: string;
  readonly detail: readonly string[];
  /** What to do; `null` where there is nothing to do. */
  readonly next: string | null;
};

/** Where a check looks. */
export type Examined = Pick<Surroundings, "environment" | "home" | "platform" | "cwd" | "now"> & {
  readonly locations: Locations;
};

/** Something that can be checked. It may find several things; its name stands for all where it fails. */
export type Examination = {
  readonly id: string;
  /** It is given up after so long. */
  readonly limitMs: number;
  readonly run: (examined: Examined, signal: AbortSignal) => Promise<readonly Check[]>;
};

/** Returns one thing that was looked at; facts and advice may be left out. */
export function check(
  id: string,
  state: CheckState,
  told: { readonly what: string; readonly detail?: readonly string[]; readonly next?: string },
): Check {
  return { id, state, what: told.what, detail: told.detail ?? [], next: told.next ?? null };
}

/** Returns the state of the worst. */
export function worst(states: readonly CheckState[]): CheckState {
  return (["broken", "unknown", "warning"] as const).find((state) => states.includes(state)) ?? "ok";
}
