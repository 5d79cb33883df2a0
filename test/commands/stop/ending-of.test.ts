import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { CodexFault } from "#codex/fault.ts";
import { endingOf } from "#commands/stop/ending-of.ts";
import type { StopCase } from "#commands/stop/stop-case.ts";
import { DEFAULT_CONFIG } from "#gate/config.ts";
import { roundsFor } from "#gate/stop/rounds.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { makeRepository } from "#test/scratch-repository.ts";
import { sessionId, sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

/** A stop in a repository. */
function stopCase(own: { signal?: AbortSignal; awaitLast?: StopCase["awaitLast"] } = {}): StopCase {
  const { root, home, remove } = makeRepository();
  onTestFinished(remove);
  return {
    call: {
      stdin: { kind: "text", text: "" },
      environment: {},
      home,
      locations: freshLocations(),
      askedAt: new Date(),
      signal: own.signal ?? new AbortController().signal,
    },
    input: { session_id: sessionId("s1"), cwd: root },
    session: sessionValue({ cwd: root }),
    config: DEFAULT_CONFIG,
    rounds: roundsFor(undefined, { promptId: "p1", stopHookActive: false }),
    followed: undefined,
    beforeReview: () => undefined,
    awaitLast: own.awaitLast ?? (() => undefined),
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

test("a hook that the host ends says so at once, and leaves what is under way to be waited for", async () => {
  const [host, limit] = [new AbortController(), new AbortController()];
  const left: Promise<unknown>[] = [];
  const stop = stopCase({ signal: host.signal, awaitLast: (work) => void left.push(work) });
  const programs = scratchFolder();
  // It does not end before its own signal.
  writeFileSync(join(programs, "git"), "#!/bin/sh\nexec /bin/sleep 600\n", { mode: 0o755 });
  vi.stubEnv("PATH", programs);
  onTestFinished(() => void vi.unstubAllEnvs());
  const ending = endingOf(stop, limit.signal);
  host.abort(new Error("the host ended the hook"));
  expect(await ending).toMatchObject({
    failure: { kind: "turn-interrupted" },
    outcome: { kind: "failed", class: "turn-interrupted" },
  });
  expect(left).toHaveLength(1);
  limit.abort(new CodexFault(DEADLINE));
  expect(await left[0]).toMatchObject({ failure: { kind: "turn-interrupted" } });
});
