import { realpathSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sha256 } from "#base/digest.ts";
import { checkOtherGates } from "#commands/doctor/check-other-gates.ts";
import { type ExaminedStage, examinedStage } from "#test/examined.ts";

const PLUGIN = "codex@openai-codex";

/** The official plugin as installed; where its gate was set, its state for this project says so. */
function withPlugin(state?: string | object): ExaminedStage {
  const stage = examinedStage();
  stage.write("home/.claude/settings.json", { enabledPlugins: { [PLUGIN]: true } });
  const folder = join(stage.root, "cache/codex/1.0.5");
  const command = "node stop-review-gate-hook.mjs";
  stage.write("cache/codex/1.0.5/hooks/hooks.json", {
    hooks: { Stop: [{ hooks: [{ type: "command", command, timeout: 900 }] }] },
  });
  stage.write("home/.claude/plugins/installed_plugins.json", {
    version: 2,
    plugins: { [PLUGIN]: [{ scope: "user", installPath: folder }] },
  });
  if (state !== undefined) {
    const hash = sha256(realpathSync(stage.examined.cwd)).slice(0, 16);
    stage.write(`home/.claude/plugins/data/codex-openai-codex/state/project-${hash}/state.json`, state);
  }
  return stage;
}

test("the official plugin with its own gate on is two reviews at each stop", async () => {
  const stage = withPlugin({ version: 1, config: { stopReviewGate: true }, jobs: [] });
  const [gates] = await checkOtherGates(stage.examined);
  expect(gates).toMatchObject({ state: "warning", what: expect.stringContaining("reviewed twice") });
  expect(gates?.next).toContain("--disable-review-gate");
  expect(gates?.detail).toContain(`plugin ${PLUGIN}: node stop-review-gate-hook.mjs`);
});

test.each([
  ["off", { version: 1, config: { stopReviewGate: false } }, "is off"],
  ["never set", undefined, "is off"],
  ["torn", '{"version":1,"con', "cannot be read"],
])("its gate may be %s", async (_what, state, words) => {
  const [gates] = await checkOtherGates(withPlugin(state).examined);
  expect(gates?.state).toBe("ok");
  expect(gates?.detail[0]).toContain(words);
});

test("other Stop hooks are named, ours is not", async () => {
  const stage = examinedStage();
  const hooks = [
    { type: "command", command: "/launch/countersign-hook stop" },
    { type: "command", command: "notify --done" },
    { type: "prompt", prompt: "Is it done?" },
    { type: "http", url: "http://localhost/stop" },
    "nonsense",
  ];
  const path = stage.write("home/.claude/settings.json", { hooks: { Stop: [{ hooks: 1 }, { hooks }] } });
  const [gates] = await checkOtherGates(stage.examined);
  expect(gates?.what).toBe("Other hooks run at a stop, beside ours");
  expect(gates?.detail).toEqual(
    ["notify --done", "Is it done?", "http://localhost/stop"].map((hook) => `${path}: ${hook}`),
  );
});

test("none is none", async () => {
  expect(await checkOtherGates(examinedStage().examined)).toEqual([
    { id: "other gates", state: "ok", what: "No other Stop hook is registered", detail: [], next: null },
  ]);
});
