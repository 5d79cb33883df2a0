import { expect, test } from "vitest";
import { hookOutputLine } from "#claude/hook-output.ts";
import { fc } from "#test/seeded-check.ts";

test("every output is one JSON object on one line", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (reason, systemMessage) => {
      const output = { decision: "block", reason, systemMessage } as const;
      const line = hookOutputLine(output);
      expect(line.indexOf("\n")).toBe(line.length - 1);
      expect(JSON.parse(line)).toEqual(output);
    }),
  );
  expect(hookOutputLine({})).toBe("{}\n");
});
