import { describe, expect, test } from "vitest";
import { ClaudeFault } from "#claude/fault.ts";
import { addHooks, type Registration, removeHooks } from "#claude/hook-registrations.ts";
import { isOurs } from "#claude/own-hook.ts";
import { fc } from "#test/seeded-check.ts";

const LAUNCHER = "'/home/u/.local/state/countersign/launch/countersign-hook'";
const OURS: readonly Registration[] = [
  { event: "SessionStart", hook: { type: "command", command: `${LAUNCHER} session-start`, timeout: 30 } },
  { event: "Stop", hook: { type: "command", command: `${LAUNCHER} stop`, timeout: 300, statusMessage: "…" } },
  { event: "SessionEnd", hook: { type: "command", command: `${LAUNCHER} session-end`, timeout: 3 } },
];
const FOREIGN = { type: "command", command: "sh notify.sh" };

/** Settings as people have them: anything, with foreign hooks in groups, and nothing empty within `hooks`. */
const parts = (() => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  const other = fc.dictionary(
    fc.string().filter((key) => !["hooks", "__proto__"].includes(key)),
    fc.oneof(
      leaf,
      fc.array(leaf),
      fc.dictionary(
        fc.string().filter((key) => key !== "__proto__"),
        leaf,
      ),
    ),
    { maxKeys: 4 },
  );
  const hook = fc.record(
    {
      type: fc.constant("command"),
      command: fc.constantFrom("a", "echo 'countersign hooks'", "b c"),
      timeout: fc.nat(),
    },
    { requiredKeys: ["type", "command"] },
  );
  const group = fc.record(
    { matcher: fc.string(), hooks: fc.array(hook, { minLength: 1, maxLength: 3 }) },
    { requiredKeys: ["hooks"] },
  );
  const event = fc.constantFrom("Stop", "SessionStart", "SessionEnd", "PreToolUse", "Notification");
  const hooks = fc.dictionary(event, fc.array(group, { minLength: 1, maxLength: 3 }), { minKeys: 1 });
  return fc.record({ rest: other, hooks: fc.option(hooks, { nil: undefined }), first: fc.boolean() });
})();

const settings = parts.map(({ rest, hooks, first }) => {
  if (hooks === undefined) return rest;
  return first ? { hooks, ...rest } : { ...rest, hooks };
});

const layout = fc.record({
  indent: fc.constantFrom<string | number>(0, 1, 2, 4, "\t"),
  crlf: fc.boolean(),
  mark: fc.boolean(),
  tail: fc.constantFrom("", "\n", "\n\n", "  \n"),
});

const text = fc.tuple(settings, layout).map(([value, { indent, crlf, mark, tail }]) => {
  const lines = `${JSON.stringify(value, null, indent)}${tail}`;
  return `${mark ? "\uFEFF" : ""}${crlf ? lines.replaceAll("\n", "\r\n") : lines}`;
});

const parsed = (json: string): unknown => JSON.parse(json.replace(/^\uFEFF/, ""));

describe("properties", () => {
  test("removing what was added gives the file back, byte for byte", () => {
    fc.assert(
      fc.property(text, (before) => {
        expect(removeHooks(addHooks(before, OURS))).toBe(before);
      }),
      { numRuns: 500 },
    );
  });

  test("adding twice is adding once", () => {
    fc.assert(
      fc.property(text, (before) => {
        const once = addHooks(before, OURS);
        expect(addHooks(once, OURS)).toBe(once);
      }),
    );
  });

  test("adding only inserts: what was there is still there, in order", () => {
    fc.assert(
      fc.property(text, (before) => {
        const rest = [...addHooks(before, OURS)];
        let at = -1;
        for (const character of before) {
          at = rest.indexOf(character, at + 1);
          expect(at).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("each of our hooks is there once, with the foreign ones", () => {
    fc.assert(
      fc.property(parts, ({ rest, hooks = {} }) => {
        const expected: Record<string, unknown> = { ...hooks };
        for (const { event, hook } of OURS) expected[event] = [...(hooks[event] ?? []), { hooks: [hook] }];
        const before = JSON.stringify({ ...rest, hooks });
        expect(parsed(addHooks(before, OURS))).toEqual({ ...rest, hooks: expected });
      }),
    );
  });

  test("a file without hooks of ours is returned as it is", () => {
    fc.assert(
      fc.property(text, (before) => {
        expect(removeHooks(before)).toBe(before);
      }),
    );
  });
});

describe("addHooks", () => {
  test("writes a whole file where there is none", () => {
    const added = addHooks("", OURS);
    expect(added).toBe(`${JSON.stringify(parsed(added), null, 2)}\n`);
    expect(removeHooks(added)).toBe("{}\n");
  });

  test("mends what differs in its place, and keeps one of two", () => {
    const old = { type: "command", command: "'/old/launch/countersign-hook' stop", timeout: 5 };
    const before = JSON.stringify(
      { hooks: { Stop: [{ hooks: [old, FOREIGN] }, { hooks: [old] }], PreCompact: [{ hooks: [old] }] } },
      null,
      2,
    );
    expect(parsed(addHooks(before, OURS.slice(1, 2)))).toEqual({
      hooks: { Stop: [{ hooks: [OURS[1]?.hook, FOREIGN] }] },
    });
  });

  test("replaces the form that was pasted by hand", () => {
    const pasted = { type: "command", command: "countersign hook stop", timeout: 300 };
    const before = JSON.stringify({ hooks: { Stop: [{ hooks: [pasted] }] } });
    expect(parsed(addHooks(before, OURS.slice(1, 2)))).toEqual({
      hooks: { Stop: [{ hooks: [OURS[1]?.hook] }] },
    });
  });

  test("follows the last of two equal keys, as the host does", () => {
    const added = addHooks('{"hooks":{},"hooks":{"A":[]}}', OURS);
    expect(Object.keys(Object(Object(parsed(added)).hooks))).toEqual([
      "A",
      "SessionStart",
      "Stop",
      "SessionEnd",
    ]);
  });

  test.each(["{", '{"a":1,}', '{ // why\n"a":1}', "[]", "1", '{"hooks":[]}', '{"hooks":{"Stop":{}}}'])(
    "refuses %s",
    (before) => {
      expect(() => addHooks(before, OURS)).toThrow(ClaudeFault);
    },
  );
});

describe("removeHooks", () => {
  test("leaves a foreign hook of the same group, and the group's matcher", () => {
    const mixed = (hooks: readonly unknown[]) =>
      JSON.stringify({ hooks: { Stop: [{ matcher: "", hooks }] } }, null, 2);
    const own = OURS[1]?.hook;
    expect(removeHooks(mixed([own, FOREIGN]))).toBe(mixed([FOREIGN]));
    expect(removeHooks(mixed([FOREIGN, own]))).toBe(mixed([FOREIGN]));
    expect(removeHooks(mixed([own]))).toBe("{}");
    expect(removeHooks(mixed([FOREIGN, own, FOREIGN]))).toBe(mixed([FOREIGN, FOREIGN]));
  });
});

test.each([
  ["countersign hook stop", true],
  ["npx --yes countersign hook session-end", true],
  ["'/opt/a b/countersign' hook stop", true],
  ["node '/x/dist/countersign/countersign.cjs' hook stop", true],
  ["'/home/u/state/countersign/launch/countersign-hook' stop", true],
  ["countersign-hook-report.sh", false],
  ["/usr/bin/countersign-hooks stop", false],
  ["echo countersign hook", false],
  ["mycountersign hook stop", false],
])("%s is ours: %s", (command, expected) => {
  expect(isOurs({ type: "command", command })).toBe(expected);
});
