import { setTimeout as delay } from "node:timers/promises";
import { explain } from "#commands/explain.ts";
import { type Check, check, type Examination, type Examined } from "./check.ts";

/**
 * Returns what the examinations find, in their order. They run at the same time, each within its own
 * limit. One that fails or does not come to an end is `unknown`, with the reason, and hides no other.
 */
export async function examine(
  examinations: readonly Examination[],
  examined: Examined,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const found = await Promise.all(examinations.map((one) => examineOne(one, examined, signal)));
  signal.throwIfAborted();
  return found.flat();
}

async function examineOne(
  { id, limitMs, run }: Examination,
  examined: Examined,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const over = new AbortController();
  const limit = AbortSignal.any([signal, over.signal]);
  const giveUp = async (): Promise<readonly Check[]> => {
    await delay(limitMs, undefined, { signal: limit, ref: false });
    return [unknown(id, `it was given up after ${limitMs / 1_000} s`)];
  };
  try {
    return await Promise.race([run(examined, limit), giveUp()]);
  } catch (error) {
    return [unknown(id, explain(error))];
  } finally {
    over.abort(new Error("the check is over"));
  }
}

function unknown(id: string, why: string): Check {
  const next = "Run `countersign doctor` again; if it stays so, report it with this text.";
  return check(id, "unknown", { what: "It could not be checked", detail: [why], next });
}
