import * as z from "zod/mini";
import { JsonFault, parseJson } from "#base/json.ts";
import { eachLine } from "#codex/rollout/each-line.ts";
import { RolloutLine } from "#codex/rollout/line-shapes.ts";

/** What a review of Codex's own found, as its own schema has it (codex-rs, `ReviewOutputEvent`). */
const ReviewOutput = z.looseObject({
  findings: z.array(
    z.looseObject({
      title: z.string(),
      body: z.string(),
      /** 0 is the most urgent. */
      priority: z.nullish(z.number()),
      code_location: z.looseObject({
        absolute_file_path: z.string(),
        line_range: z.looseObject({ start: z.int(), end: z.int() }),
      }),
    }),
  ),
  overall_correctness: z.nullish(z.string()),
  overall_explanation: z.nullish(z.string()),
});
export type ReviewOutput = z.output<typeof ReviewOutput>;

/** 0.140 has the event by its name; 0.169 has an item of that name. */
const Exited = z.looseObject({ type: z.literal("exited_review_mode"), review_output: ReviewOutput });
const ExitedItem = z.looseObject({
  item: z.looseObject({ type: z.literal("ExitedReviewMode"), review_output: ReviewOutput }),
});

/**
 * Returns the findings of the last review in the sealed part of a thread's rollout, or `undefined` where
 * there are none in that form: over the wire a review is a text only, and a model that answers with one
 * leaves nothing else.
 *
 * @throws Error with the system's code, such as ENOENT; `signal`'s reason.
 */
export async function readReviewOutput(
  { path, bytes }: { readonly path: string; readonly bytes: number },
  signal: AbortSignal,
): Promise<ReviewOutput | undefined> {
  let last: ReviewOutput | undefined;
  await eachLine(
    path,
    bytes,
    (line) => {
      if (line.kind === "text") last = outputIn(line.text) ?? last;
    },
    signal,
  );
  // Codex makes one with a text and without findings of an answer that is no JSON.
  return last;
}

function outputIn(line: string): ReviewOutput | undefined {
  try {
    const { payload } = parseJson(line, RolloutLine);
    return (
      z.safeParse(Exited, payload).data?.review_output ??
      z.safeParse(ExitedItem, payload).data?.item.review_output
    );
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}
