import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { END_MS } from "#codex/connection/private-server.ts";
import { STOP_MS } from "#codex/turn/follow-turn.ts";
import { allowedTime, registeredTimeout } from "#commands/hooks/registered-deadline.ts";
import { CLOSE_MS } from "#commands/review/ask-reviewer.ts";
import { RECORD_MS } from "#commands/stop/decide-trees.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const LAUNCHER = "'/state/launch/countersign-hook' stop";
const BY_HAND = "countersign hook stop";

let root: string;
let files: { readonly user: string; readonly project: string; readonly local: string };
beforeEach(() => {
  root = scratchFolder();
  files = {
    user: join(root, "config", "settings.json"),
    project: join(root, "project", ".claude", "settings.json"),
    local: join(root, "project", ".claude", "settings.local.json"),
  };
});

type Entry = { readonly command?: string; readonly timeout?: unknown };

function register(scope: keyof typeof files, entries: readonly Entry[], others: object = {}): void {
  const hooks = entries.map((entry) => ({ type: "command", command: LAUNCHER, ...entry }));
  mkdirSync(dirname(files[scope]), { recursive: true });
  writeFileSync(files[scope], JSON.stringify({ hooks: { Stop: [{ hooks }] }, ...others }));
}

function timeout(environment: Readonly<Record<string, string>> = {}): object {
  const given = { CLAUDE_CONFIG_DIR: join(root, "config"), ...environment };
  return registeredTimeout({ environment: given, home: root }, join(root, "project"));
}

test("what nobody registers has the host's own timeout", () => {
  expect(timeout()).toEqual({ seconds: 600, path: undefined });
  register("user", [{ command: "fmt", timeout: 5 }]);
  expect(timeout()).toEqual({ seconds: 600, path: undefined });
  register("user", [{}]);
  expect(timeout()).toEqual({ seconds: 600, path: files.user });
});

test("of one command the last scope's timeout counts, of several the shortest", () => {
  register("user", [{ timeout: 20 }]);
  register("local", [{ timeout: 300 }]);
  expect(timeout()).toEqual({ seconds: 300, path: files.local });
  register("project", [{ command: BY_HAND, timeout: 90 }]);
  expect(timeout()).toEqual({ seconds: 90, path: files.project });
});

test.each([0, -5, "300", null])("an entry with the timeout %j is dropped by the host", (dropped) => {
  register("user", [{ timeout: 120 }]);
  register("local", [{ timeout: dropped }]);
  expect(timeout()).toEqual({ seconds: 120, path: files.user });
});

test("the project is the folder that the host was started in, wherever the shell has gone", () => {
  register("project", [{ timeout: 60 }]);
  expect(timeout({ CLAUDE_PROJECT_DIR: join(root, "elsewhere") })).toEqual({ seconds: 600, path: undefined });
  expect(timeout({ CLAUDE_PROJECT_DIR: join(root, "project") })).toEqual({
    seconds: 60,
    path: files.project,
  });
});

test("hooks that are switched off start nobody", () => {
  register("user", [{ timeout: 60 }]);
  register("local", [], { disableAllHooks: true });
  expect(timeout()).toEqual({ seconds: 600, path: undefined });
});

test("as registered by setup, the configured deadline is left alone", () => {
  const allowed = allowedTime({ seconds: 300, path: "/s.json" }, 240);
  expect(allowed).toEqual({ seconds: 240, answered: 295, cut: undefined });
});

test.each([
  [600, 285, 285, undefined],
  [300, 285, 270, 315],
  [270, 240, 240, undefined],
  [269, 240, 239, 270],
  [150, 240, 120, 270],
  [100, 240, 80, 270],
  [60, 40, 40, undefined],
  [60, 240, 48, 270],
  [20, 40, 16, 50],
  [2, 240, 1.6, 270],
  [0.5, 10, 0.4, 13],
])("%d s of the host for the configured %d s leave %d s", (seconds, wanted, left, needed) => {
  const allowed = allowedTime({ seconds, path: "/s.json" }, wanted);
  expect(allowed.seconds).toBeCloseTo(left, 9);
  if (needed === undefined) expect(allowed.cut).toBeUndefined();
  else {
    expect(allowed.cut).toContain(`/s.json gives the Stop hook ${seconds} s`);
    expect(allowed.cut).toContain(`set its \`timeout\` to ${needed} there`);
    expect(allowedTime({ seconds: needed, path: "/s.json" }, wanted).cut).toBeUndefined();
  }
});

test("what passed before the process began is missing at its end", () => {
  expect(allowedTime({ seconds: 300, path: "/s.json" }, 240, 20)).toEqual({
    seconds: 240,
    answered: 275,
    cut: undefined,
  });
  for (const late of [40, 100, 299, 400]) {
    const { seconds, answered, cut } = allowedTime({ seconds: 300, path: "/s.json" }, 240, late);
    expect([seconds, answered]).toEqual([Math.max(0, 270 - late), Math.max(0, 295 - late)]);
    expect(cut).toContain(`set its \`timeout\` to ${270 + late} there`);
  }
});

/** A shell and Node come up before our clock begins, the answer is printed after everything. */
const AROUND_S = 5;

test("what follows the deadline in the worst case ends before the host's timeout", () => {
  const after = (STOP_MS + CLOSE_MS + END_MS + RECORD_MS) / 1_000;
  for (let seconds = 0.5; seconds <= 1_000; seconds += 0.5) {
    const { seconds: left, answered } = allowedTime({ seconds, path: undefined }, 285);
    expect(left).toBeLessThan(answered);
    expect(answered).toBeLessThan(seconds);
    // With less time the last moment cuts it off, and what is not on record by then is said.
    if (seconds >= 120) expect(left + after + AROUND_S).toBeLessThan(seconds);
  }
});
