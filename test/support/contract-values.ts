import type { Contract } from "#gate/contract/contract.ts";
import { parseContract } from "#gate/contract/parse-contract.ts";
import type { FileContent, OutputSeen, RunSeen } from "#gate/contract/run-seen.ts";

/** A contract as it would stand in a file; one that is refused is the test's own mistake. */
export function contractOf(value: Readonly<Record<string, unknown>>): Contract {
  const parsed = parseContract({ goal: "Do it.", ...value });
  if (parsed.kind === "contract") return parsed.contract;
  throw new Error(parsed.faults.join("\n"));
}

/** The hex digits of a text or of bytes. */
export function hex(bytes: string | Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** The smallest whole PNG: one pixel. */
export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

export const PNG_CONTENT: FileContent = {
  head: hex(PNG),
  tail: hex(PNG),
  form: undefined,
  schema: undefined,
};

export const NO_FAULT: FileContent = {
  head: hex("text"),
  tail: hex("text"),
  form: undefined,
  schema: undefined,
};

/** An output that was written during the run, and is what it was to be. */
export function written(path: string, own: Partial<OutputSeen> = {}): OutputSeen {
  return {
    path,
    before: undefined,
    after: { kind: "file", bytes: 4, sha256: "b".repeat(64), content: NO_FAULT },
    ...own,
  };
}

/** What is seen of a run that went as it should, and of which nothing was asked. */
export function seenOf(own: Partial<RunSeen> = {}): RunSeen {
  return {
    threadId: "01a20116-3b0b-7000-822d-9c586afc36e7",
    end: { kind: "completed" },
    uses: [],
    commands: [],
    answer: "Done.",
    outputs: [],
    guarded: { kind: "compared", changed: [] },
    answerFault: undefined,
    verifications: [],
    images: { images: [], notOffered: undefined, copies: [], notCopied: [] },
    changedByUs: [],
    ...own,
  };
}
