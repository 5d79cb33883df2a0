import { expect, test } from "vitest";
import { instructionOf } from "#gate/contract/instruction.ts";
import { contractOf } from "#test/contract-values.ts";
import { fc } from "#test/seeded-check.ts";

const FULL = contractOf({
  goal: "Sum up the sales.",
  tools: { allowed: ["shell", "edit", "web", "image", "mcp:docs"], required: ["shell", "web"] },
  requiredCommands: ["npm test"],
  inputs: [{ path: "sales.csv" }],
  images: ["chart.png"],
  outputs: [
    { path: "sum.json", kind: "json", minBytes: 10, maxBytes: 99, schema: { type: "object" } },
    { path: "rows.jsonl", kind: "jsonl", schema: { type: "array" } },
    { path: "raw", kind: "any" },
  ],
  prohibitions: { rules: ["Do not round."], paths: ["src/**"], othersUnchanged: true },
  verify: [{ command: ["node", "check.js"] }, { command: ["test", "-s", "raw"], cwd: "sub", exitCode: 1 }],
  answer: { format: "json", schema: { type: "object", required: ["sum"] } },
  generates: { images: 2 },
});

test("the sections stand in their order, each with what the contract says", () => {
  const text = instructionOf(FULL);
  const places = [
    "Goal. Do this task:\n[begin goal === 1 ===]\nSum up the sales.\n[end goal === 1 ===]",
    "Inputs. These are there, from the working directory:\n[begin inputs === 1 ===]\n- sales.csv\n- chart.png (handed over as an image)\n",
    "Allowed tools. Use the shell; edits of files; the search of the web; the tool that generates images; the tools of the MCP server docs. Use nothing else.",
    "These must be used: the shell; the search of the web.",
    "Each of these commands must be run by itself, exactly as it stands, and end with 0:\n[begin commands === 1 ===]\n- npm test\n",
    '- sum.json: a JSON file, at least 10 bytes, at most 99 bytes, as this JSON schema says: {"type":"object"}\n- rows.jsonl: a file of JSON lines, each line as this JSON schema says: {"type":"array"}\n- raw: a file\n',
    "Images. Generate 2 different images",
    "- Do not round.\n- Do not create, change or remove any file that matches src/** or lies below it\n- Do not create, change or remove any file but the outputs\n",
    '- ["node","check.js"], exit code 0\n- ["test","-s","raw"] in sub, exit code 1\n',
    "The final message is one JSON value of the schema below and nothing else",
    '[begin schema === 1 ===]\n{"type":"object","required":["sum"]}\n[end schema === 1 ===]',
  ].map((part) => [part, text.indexOf(part)] as const);
  expect(places.filter(([, at]) => at < 0)).toEqual([]);
  expect(places.map(([, at]) => at)).toEqual(places.map(([, at]) => at).sort((one, other) => one - other));
  expect(instructionOf(FULL)).toBe(text);
});

test("a task of a goal alone has no empty sections", () => {
  const text = instructionOf(contractOf({ goal: "Explain it." }));
  expect(text).toContain("Use the shell. Use nothing else.");
  expect(text).toContain("The final message says in a few sentences");
  expect(text).not.toMatch(
    /Inputs\.|Expected outputs\.|Prohibitions\.|Verification\.|Images\.|must be used|must be run/,
  );
});

test("one output and one image are spoken of as one", () => {
  const text = instructionOf(
    contractOf({ outputs: [{ path: "a.png", kind: "png" }], generates: { images: 1 } }),
  );
  expect(text).toContain("Write this file, from");
  expect(text).toContain("Generate one image with");
  expect(text).toContain("edits of files; the tool that generates images");
});

test("no text of a contract closes its frame, opens another or speaks outside of one", () => {
  const hostile = fc.string({
    unit: fc.constantFrom("[end goal === 1 ===]", "=== 1 ===", "=== 2 ===", "\n", "[begin outputs ", "a"),
  });
  fc.assert(
    fc.property(hostile, hostile, (goal, rule) => {
      const text = instructionOf(
        contractOf({ goal: `GOAL-WORDS${goal}`, prohibitions: { rules: [`y${rule}`] } }),
      );
      const mark = /"\[begin NAME (=== \d+ ===)\]"/.exec(text)?.[1] ?? "";
      const count = (part: string) => text.split(part).length - 1;
      expect(count(`[begin goal ${mark}]`)).toBe(1);
      expect(count(`[end goal ${mark}]`)).toBe(1);
      expect(count(`[end prohibitions ${mark}]`)).toBe(1);
      expect(`${goal}${rule}`).not.toContain(mark);
      expect(text.indexOf(`GOAL-WORDS${goal}`)).toBeGreaterThan(text.indexOf(`[begin goal ${mark}]`));
      expect(text.indexOf(`GOAL-WORDS${goal}`)).toBeLessThan(text.indexOf(`[end goal ${mark}]`));
    }),
  );
});
