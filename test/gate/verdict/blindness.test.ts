import { describe, expect, test } from "vitest";
import { blindnessOf, nothingSeen, type Sight } from "#gate/verdict/blindness.ts";

const NO_SANDBOX = { exitCode: 1, sandboxFailed: true };

function judged(commands: Sight["commands"], rootExists = true): string | undefined {
  return blindnessOf({ rootExists, commands })?.kind;
}

describe("blindnessOf", () => {
  test.each<[string, Sight["commands"]]>([
    ["ran no command, for it was shown the change itself", []],
    ["read something", [{ exitCode: 0, sandboxFailed: false }]],
    ["searched and found nothing", [{ exitCode: 1, sandboxFailed: false }]],
    [
      "read something after all",
      [NO_SANDBOX, { exitCode: 127, sandboxFailed: false }, { exitCode: 0, sandboxFailed: false }],
    ],
  ])("trusts a reviewer that %s", (_what, commands) => {
    expect(judged(commands)).toBeUndefined();
  });

  test.each<[string, Sight["commands"]]>([
    ["the sandbox failed each time", [NO_SANDBOX, NO_SANDBOX]],
    ["the sandbox failed with exit code 0", [{ exitCode: 0, sandboxFailed: true }]],
    ["every command failed", [{ exitCode: 127, sandboxFailed: false }]],
    ["no command ended", [{ exitCode: undefined, sandboxFailed: false }]],
  ])("does not where %s", (_what, commands) => {
    expect(judged(commands)).toBe("reviewer-blind");
  });

  test("does not where its folder is gone, whatever it read", () => {
    expect(judged([{ exitCode: 0, sandboxFailed: false }], false)).toBe("reviewer-blind");
  });

  test("says how each command ended", () => {
    const commands = [NO_SANDBOX, { exitCode: undefined, sandboxFailed: false }];
    expect(blindnessOf({ rootExists: true, commands })).toMatchObject({
      detail: "each of its 2 commands failed (exit codes 1, none)",
    });
  });
});

describe("nothingSeen", () => {
  test("is said of a reviewer that was shown no changed file and opened none", () => {
    expect(nothingSeen({ shown: [], opened: [] })).toEqual({
      kind: "reviewer-blind",
      detail: "no changed file was shown to it, and it opened none",
    });
  });

  test("is not said where one was shown, or one was opened", () => {
    expect(nothingSeen({ shown: ["a.ts"], opened: [] })).toBeUndefined();
    expect(nothingSeen({ shown: [], opened: ["a.ts"] })).toBeUndefined();
  });
});
