import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { failedOutcome } from "#commands/stop/failed-outcome.ts";
import { DEFAULT_CONFIG } from "#gate/config.ts";
import { roundsFor } from "#gate/stop/rounds.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { sessionId, sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

test.each(["enforce", "advise"] as const)(
  "a failure in a followed tree is held back as that tree is to be treated: %s",
  (mode) => {
    const root = scratchFolder();
    mkdirSync(join(root, ".git"));
    writeFileSync(join(root, ".git/HEAD"), "ref: refs/heads/main\n");
    const outcome = failedOutcome(
      {
        call: {
          stdin: { kind: "text", text: "" },
          environment: {},
          home: root,
          locations: freshLocations(),
          askedAt: new Date(),
          signal: new AbortController().signal,
        },
        input: { session_id: sessionId("s1"), cwd: root },
        session: sessionValue(),
        config: { ...DEFAULT_CONFIG, gate: "enforce", onFailure: "block", repositories: { [root]: mode } },
        rounds: roundsFor(undefined, { promptId: "p1", stopHookActive: false }),
        followed: root,
        beforeReview: () => undefined,
        awaitLast: () => undefined,
        meanwhile: false,
        notices: [],
      },
      { kind: "provider-unreachable", detail: "refused" },
    );
    expect(outcome).toMatchObject({ kind: "failed", blocked: mode === "enforce" });
  },
);
