import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type GateWorld, makeGateWorld } from "#test/gate-world.ts";
import { reviewAnswer } from "#test/reviewer-action.ts";

describe("the gate on the real Codex", () => {
  let world: GateWorld;
  beforeEach(async () => {
    world = await makeGateWorld((request) => reviewAnswer(request));
  });
  afterEach(async () => {
    await world.close();
  });

  it("blocks a change with a finding that holds, and signs the mended one", async () => {
    const session = world.session();
    expect(await session.start()).toEqual({});
    world.repository.write("src/total.js", "export const total = (a, b) => a - b;\n");
    world.api.play((request) =>
      reviewAnswer(request, [
        {
          file: "src/total.js",
          line_start: 1,
          quote: "export const total = (a, b) => a - b;",
          title: "It subtracts",
        },
      ]),
    );
    const blocked = await session.stop();
    expect(blocked.decision).toBe("block");
    expect(blocked.reason).toContain("src/total.js:1");

    world.repository.write("src/total.js", "export const total = (a, b) => a + b;\n");
    world.api.play((request) => reviewAnswer(request));
    const signed = await session.stop({ stop_hook_active: true });
    expect(signed.decision).toBeUndefined();
    expect(signed.systemMessage).toContain("signed");
    expect(world.receipts().map(({ outcome }) => outcome.kind)).toEqual(["blocked", "allowed"]);
    await session.end();
  });
});
