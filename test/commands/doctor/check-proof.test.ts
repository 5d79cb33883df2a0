import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkProof } from "#commands/doctor/prove/check-proof.ts";
import { examinedStage } from "#test/examined.ts";

const { signal } = new AbortController();

test.each([
  "COUNTERSIGN_HOME=/own countersign hook stop",
  "env CODEX_HOME=/own /launch/countersign-hook stop",
  "env -i PATH=/bin /launch/countersign-hook stop",
  "/usr/bin/env --ignore-environment /launch/countersign-hook stop",
])("a hook that a proof cannot lead away is not fired: %s", async (line) => {
  const stage = examinedStage();
  const marker = join(stage.root, "fired");
  const command = `: > '${marker}'; ${line}`;
  stage.write("home/.claude/settings.json", { hooks: { Stop: [{ hooks: [{ type: "command", command }] }] } });
  const [proof] = await checkProof(stage.examined, signal);
  expect(proof).toMatchObject({
    id: "proof",
    state: "unknown",
    what: expect.stringContaining("sets its own places"),
  });
  expect(existsSync(marker)).toBe(false);
});

test("without a hook there is nothing to fire", async () => {
  const [proof] = await checkProof(examinedStage().examined, signal);
  expect(proof).toMatchObject({ state: "broken", what: expect.stringContaining("none is registered") });
});
