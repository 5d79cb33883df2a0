import { expect, onTestFinished, test } from "vitest";
import { CodexFault } from "#codex/fault.ts";
import { endingOf } from "#commands/stop/ending-of.ts";
import type { StopCase } from "#commands/stop/stop-case.ts";
import { DEFAULT_CONFIG } from "#gate/config.ts";
import { roundsFor } from "#gate/stop/rounds.ts";
import { makeRepository } from "#test/scratch-repository.ts";
import { sessionId, sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

/** A stop in a repository. */
function stopCase(): StopCase {
  const { root, home, remove } = makeRepository();
  onTestFinished(remove);
  return {
    call: {
      stdin: { kind: "text", text: "" },
      environment: {},
      home,
      locations: freshLocations(),
      askedAt: new Date(),
      signal: new AbortController().signal,
    },
    input: { session_id: sessionId("s1"), cwd: root },
    session: sessionValue({ cwd: root }),
    config: DEFAULT_CONFIG,
    rounds: roundsFor(undefined, { promptId: "p1", stopHookActive: false }),
    followed: undefined,
    beforeReview: () => undefined,
    meanwhile: false,
    notices: [],
  };
}

const DEADLINE = { kind: "deadline", seconds: 1.6, waitingFor: "the review" } as const;

test("git that a short timeout of the host ended is told with that timeout", async () => {
  const detail = "/settings.json gives the Stop hook 2 s";
  const over = AbortSignal.abort(new CodexFault({ ...DEADLINE, detail }));
  const { failure, outcome } = await endingOf(stopCase(), over);
  expect(failure).toEqual({ ...DEADLINE, detail, waitingFor: expect.stringMatching(/^git /) });
  expect(outcome).toMatchObject({ kind: "failed", class: "deadline" });
});

test("git that took all of a long time is told as what took it", async () => {
  const { failure } = await endingOf(stopCase(), AbortSignal.abort(new CodexFault(DEADLINE)));
  expect(failure).toEqual({ kind: "git-timed-out", command: expect.stringMatching(/^git /) });
});
