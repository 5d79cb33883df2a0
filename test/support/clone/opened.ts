import { onTestFinished } from "vitest";
import { type OpenClone, openClone } from "#git/clone/open-clone.ts";

const signal = new AbortController().signal;

/** Opens a clone until the current test is over. Throws where there is none. */
export async function opened(directory: string): Promise<OpenClone> {
  const opening = await openClone(directory, signal);
  if (opening.kind !== "open") throw new Error(JSON.stringify(opening));
  onTestFinished(opening.clone.close);
  return opening.clone;
}
