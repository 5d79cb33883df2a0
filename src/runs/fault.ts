import { errorCode, errorText, Fault, isDiskFull } from "#base/fault.ts";
import type { OwnFailure } from "#gate/failure/failure.ts";

export type StateFailure = Extract<OwnFailure, { kind: "disk-full" | "state-unwritable" | "state-corrupt" }>;

export class StateFault extends Fault<StateFailure> {
  override readonly name = "StateFault";
}

/**
 * Runs work on the state root. What the file system refuses (a full disk, a folder that may not
 * be written) becomes a `StateFault`; everything else is thrown on as it is.
 *
 * @throws StateFault `disk-full` or `state-unwritable`.
 */
export async function onState<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    const kind = isDiskFull(error) ? "disk-full" : "state-unwritable";
    throw new StateFault({ kind, detail: errorText(error) }, { cause: error });
  }
}
