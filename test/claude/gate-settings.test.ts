import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gateSettings } from "#claude/gate-settings.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const OURS = { type: "command", command: "'/home/u/launch/countersign-hook' stop", timeout: 300 };
const FOREIGN = { type: "command", command: "sh notify.sh" };

function factsIn(settings: unknown): ReturnType<typeof gateSettings> {
  const path = join(scratchFolder(), "settings.json");
  writeFileSync(path, typeof settings === "string" ? settings : JSON.stringify(settings));
  return gateSettings(path);
}

test("our hooks are told whole, with the group around them, and of other hooks only that they are there", () => {
  const group = { matcher: "x", hooks: [FOREIGN, { ...OURS, if: "Bash" }] };
  expect(factsIn({ hooks: { Stop: [group], PreToolUse: [{ hooks: [FOREIGN] }] } })).toEqual({
    "hooks.Stop": JSON.stringify({
      hook: { command: OURS.command, if: "Bash", timeout: 300, type: "command" },
      matcher: "x",
    }),
    "others.PreToolUse": expect.stringMatching(/^[0-9a-f]{12}$/),
    "others.Stop": expect.stringMatching(/^[0-9a-f]{12}$/),
  });
});

test.each(["CLAUDE_CODE_SHELL_PREFIX", "CLAUDE_CODE_SHELL", "CLAUDE_CODE_SIMPLE", "CLAUDE_CODE_SAFE_MODE"])(
  "%s, which keeps hooks from running, is told",
  (name) => {
    expect(Object.keys(factsIn({ env: { [name]: "/bin/true" } }))).toEqual([`env.${name}`]);
  },
);

test("what switches hooks off is told as the host takes it", () => {
  expect(factsIn({ disableAllHooks: true, allowManagedHooksOnly: "no" })).toEqual({
    disableAllHooks: "true",
    allowManagedHooksOnly: '"no"',
  });
  expect(factsIn({ disableAllHooks: false, allowManagedHooksOnly: null })).toEqual({});
});

test("variables that can lead astray are told, their values only where they are settings of ours", () => {
  const env = {
    COUNTERSIGN_GATE: "off",
    OPENAI_API_KEY: "sk-secret",
    PATH: "/evil",
    EDITOR: "vi",
    COLUMNS: "1",
  };
  const facts = factsIn({ env });
  expect(Object.keys(facts).sort()).toEqual(["env.COUNTERSIGN_GATE", "env.OPENAI_API_KEY", "env.PATH"]);
  expect(facts["env.COUNTERSIGN_GATE"]).toBe('"off"');
  expect(JSON.stringify(facts)).not.toMatch(/sk-secret|evil/);
  expect(factsIn({ env: { OPENAI_API_KEY: "another" } })["env.OPENAI_API_KEY"]).not.toBe(
    facts["env.OPENAI_API_KEY"],
  );
});

test("no file, one of another shape, and one that cannot be read", () => {
  expect(gateSettings(join(scratchFolder(), "none.json"))).toEqual({});
  expect(factsIn({ hooks: { Stop: [{ hooks: 1 }], SessionEnd: {} }, env: [] })).toEqual({});
  expect(factsIn("{")).toEqual({ file: "unreadable" });
});

// Windows has no named pipes among its files.
test.skipIf(process.platform === "win32")("a pipe in the place of the settings is not waited for", () => {
  const path = join(scratchFolder(), "settings.json");
  execFileSync("mkfifo", [path]);
  expect(gateSettings(path)).toEqual({ file: "unreadable" });
});
