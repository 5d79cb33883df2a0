import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CLAUDE_LIMIT_MS, checkSettings, issuesIn } from "#commands/doctor/check-settings.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { type ExaminedStage, examinedStage } from "#test/examined.ts";
import { limitInHand } from "#test/limit-in-hand.ts";

const { signal } = new AbortController();

/** As 2.1.330 prints it. */
const SAID = `Claude Code doctor

Running: npm-global (2.1.330)

Invalid settings
- /home/u/.claude/settings.json › model: Expected string, but received number
- /home/u/.claude/settings.json › hooks.Stop.0.hooks.1: Invalid command hook (command: Invalid input: expected string, received undefined); entry ignored.
- /work/my repo/.claude/settings.json: Invalid or malformed JSON

Remote Control
- Not connected to the Anthropic API (api.anthropic.com)
`;

test("what Claude Code does not accept is read from its own words", () => {
  expect(issuesIn(SAID)).toEqual([
    { path: "/home/u/.claude/settings.json", key: "model", why: "Expected string, but received number" },
    {
      path: "/home/u/.claude/settings.json",
      key: "hooks.Stop.0.hooks.1",
      why: "Invalid command hook (command: Invalid input: expected string, received undefined); entry ignored.",
    },
    { path: "/work/my repo/.claude/settings.json", key: "", why: "Invalid or malformed JSON" },
  ]);
  expect(issuesIn("Claude Code doctor\n\nRemote Control\n- Not connected: at all\n")).toEqual([]);
});

/** A machine whose claude says this of its settings, and notes where it was told to look. */
function saying(lines: string): ExaminedStage {
  const stage = examinedStage({ PATH: "/usr/bin:/bin" });
  const folder = join(stage.root, "bin");
  stage.write(
    "bin/claude",
    `#!/bin/sh\n[ "$1" = doctor ] || exit 1\ncp "$CLAUDE_CONFIG_DIR/settings.json" '${join(stage.root, "seen")}'\nprintf 'Claude Code doctor\\n\\n%s\\n' "${lines}"\n: > "$CLAUDE_CONFIG_DIR/.claude.json"\n`,
    0o755,
  );
  stage.write("home/.claude/settings.json", {
    hooks: { Stop: [{ hooks: [{ type: "command", command: "/launch/countersign-hook stop" }] }] },
  });
  const environment = { ...stage.examined.environment, PATH: `${folder}:/usr/bin:/bin` };
  return { ...stage, examined: { ...stage.examined, environment } };
}

test.each([
  ["the file of the gate as a whole", "$CLAUDE_CONFIG_DIR/settings.json › model: Expected string", "broken"],
  ["one entry of it", "$CLAUDE_CONFIG_DIR/settings.json › hooks.Bogus: Unknown hook event", "warning"],
  ["another file", "/project/.claude/settings.json: Invalid or malformed JSON", "warning"],
])("not accepted: %s", async (_what, line, state) => {
  const stage = saying(`Invalid settings\n- ${line}\n`);
  const [settings] = await checkSettings(stage.examined, signal);
  expect(settings).toMatchObject({ id: "settings", state });
  expect(settings?.detail.join()).not.toContain("countersign-doctor-");
});

test("it is asked beside the user's own folder, with a copy of the settings", async () => {
  const stage = saying("No installation issues found.");
  const [settings] = await checkSettings(stage.examined, signal);
  expect(settings).toMatchObject({ state: "ok", what: "Claude Code accepts every file" });
  expect(existsSync(join(stage.root, "seen"))).toBe(true);
  expect(existsSync(join(stage.root, "home/.claude/.claude.json"))).toBe(false);
});

test("a claude that does not say so is not believed to accept all", async () => {
  const stage = saying("x");
  stage.write("bin/claude", "#!/bin/sh\necho 'Raw mode is not supported' >&2; exit 1\n", 0o755);
  const [settings] = await checkSettings(stage.examined, signal);
  expect(settings?.what).toBe("Not checked by Claude Code itself");
  expect(await checkSettings(examinedStage().examined, signal)).toEqual([]);
});

test("one that does not end is not taken for one that checks nothing", async () => {
  const stage = saying("x");
  stage.write("bin/claude", `#!/bin/sh\ntouch '${join(stage.root, "asked")}'; exec sleep 600\n`, 0o755);
  const limit = limitInHand(CLAUDE_LIMIT_MS);
  const checked = checkSettings(stage.examined, signal);
  await eventuallyAsync(
    async () => existsSync(join(stage.root, "asked")),
    () => "claude is asked",
  );
  limit.reach();
  await expect(checked).rejects.toThrow("`claude doctor` did not end within 50 s");
});
