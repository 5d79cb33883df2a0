import { makeCodexHome } from "#test/codex-home.ts";
import { startResponsesApi } from "#test/responses-api.ts";
import { reviewAnswer } from "#test/reviewer-action.ts";
import type { OwnTest } from "./failure-case.ts";

/** Returns the environment of a Codex home of its own, with a model that signs everything. */
export async function elsewhere(test: OwnTest): Promise<Readonly<Record<string, string>>> {
  const api = await startResponsesApi((request) => reviewAnswer(request));
  const { home, codexHome, remove } = makeCodexHome({ url: api.url });
  test.onTestFinished(async () => {
    await api.close();
    remove();
  });
  return { HOME: home, CODEX_HOME: codexHome };
}
