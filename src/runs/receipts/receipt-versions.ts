import * as z from "zod/mini";
import { parseShape } from "#base/json.ts";
import type { Older, Versioned } from "#runs/schema-version.ts";
import { Receipt } from "./receipt.ts";

/** A receipt in all its forms. Its bytes stay as they were written: the chain holds their digest. */
export const RECEIPT: Versioned<typeof Receipt> = {
  name: "receipt",
  shape: Receipt,
  steps: [fromFirst],
};

const First = z.looseObject({
  scope: z.nullable(z.looseObject({ shown: z.array(z.unknown()) })),
  review: z.nullable(z.looseObject({})),
});

/** The first form said less of what was shown and read, and knew neither verdicts of others nor a ledger. */
function fromFirst(older: Older): Older {
  const { scope, review, ...rest } = parseShape(older, First);
  const reading = { shown: scope?.shown.length ?? 0, opened: [], others: [] };
  return {
    known: null,
    ledger: [],
    ...rest,
    scope: scope && { redacted: [], leftOut: [], uncertain: [], ...scope },
    review: review && { commandsLeftOut: 0, reading, ...review },
  };
}
