import { startResponsesApi } from "#test/responses-api.ts";
import { nonceOf, reviewAnswer } from "#test/reviewer-action.ts";

/** Plays the reviewing model on loopback, for a trial in which nobody outside is asked. */
export type StandInModel = {
  /** What `base_url` of a model provider is set to. */
  readonly url: string;
  /** Returns whether a request for a review held this text. */
  wasShown(text: string): boolean;
  close(): Promise<void>;
};

/** A line of a file as the change adds it. `number` counts from 1. */
export type PlantedLine = { readonly file: string; readonly number: number; readonly text: string };

/** Starts a model that finds fault with each planted line that it is shown, and with nothing else. */
export async function startStandInModel(planted: () => readonly PlantedLine[]): Promise<StandInModel> {
  const api = await startResponsesApi((request) => {
    if (nonceOf(request.prompt) === undefined) return { kind: "answer", text: "A trial" };
    const shown = planted().filter(({ text }) => request.prompt.includes(text));
    return reviewAnswer(
      request,
      shown.map(({ file, number, text }) => ({
        title: "A planted line, which the reviewer was to find",
        severity: "critical",
        kind: "fact",
        file,
        side: "new",
        line_start: number,
        quote: text,
        failure_path: "None: this is a trial.",
        recommendation: "Nothing: this is a trial.",
      })),
    );
  });
  return {
    url: api.url,
    wasShown: (text) =>
      api.requests.some(({ prompt }) => nonceOf(prompt) !== undefined && prompt.includes(text)),
    close: () => api.close(),
  };
}
