import { expect, test } from "vitest";
import { parseContract } from "#gate/contract/parse-contract.ts";

const GOAL = { goal: "Write it." };
const long = "x".repeat(256);

/** What stands in the file, and the first line that it is refused with. */
const BAD: readonly (readonly [value: unknown, fault: string])[] = [
  [null, "the contract: must be an object"],
  [[], "the contract: must be an object"],
  [{}, "goal: is missing; it must be a text"],
  [{ goal: "" }, "goal: must have at least 1 characters"],
  [{ goal: " \n" }, "goal: has no words"],
  [{ goal: "a\0b" }, "goal: holds a NUL or half a character, which no program can be handed"],
  [{ goal: "\ud800" }, "goal: holds a NUL or half a character, which no program can be handed"],
  [{ ...GOAL, outputz: [] }, 'outputz: is no key of a contract; did you mean "outputs"?'],
  [
    { ...GOAL, tools: { permitted: [] } },
    "tools.permitted: is no key of a contract; the keys there are allowed, required",
  ],
  [
    { ...GOAL, outputs: [{ path: "a", knd: "png" }] },
    'outputs.0.knd: is no key of a contract; did you mean "kind"?',
  ],
  [{ ...GOAL, generates: { image: 1 } }, "generates.images: is missing; it must be a number"],
  [{ ...GOAL, verify: [{ comand: ["x"] }] }, "verify.0.command: is missing; it must be a list"],
  [
    { ...GOAL, answer: { format: "text", schma: {} } },
    'answer.schma: is no key of a contract; did you mean "schema"?',
  ],
  [JSON.parse('{"goal":"x","__proto__":{}}'), "__proto__: is no key of a contract; the keys there are "],
  [{ ...GOAL, schema: "countersign/contract/2" }, 'schema: must be "countersign/contract/1"'],
  [{ ...GOAL, timeoutSeconds: 0 }, "timeoutSeconds: must be at least 1"],
  [{ ...GOAL, timeoutSeconds: 90_000 }, "timeoutSeconds: must be at most 86400"],
  [{ ...GOAL, timeoutSeconds: "600" }, "timeoutSeconds: must be a number"],
  [{ ...GOAL, sandbox: "danger-full-access" }, 'sandbox: must be "read-only" or "workspace-write"'],
  [
    { ...GOAL, tools: { allowed: ["bash"] } },
    "tools.allowed.0: must be shell, edit, web, image or mcp:SERVER",
  ],
  [{ ...GOAL, tools: { allowed: [4] } }, "tools.allowed.0: must be shell, edit, web, image or mcp:SERVER"],
  [{ ...GOAL, timeoutSeconds: 1.5 }, "timeoutSeconds: must be a whole number"],
  [{ ...GOAL, outputs: [{ path: "a", minBytes: -1 }] }, "outputs.0.minBytes: must be at least 0"],
  [{ ...GOAL, images: Array.from({ length: 51 }, () => "a") }, "images: must have at most 50 items"],
  [{ ...GOAL, answer: { format: "yaml" } }, 'answer.format: must be "text" or "json"'],
  [{ ...GOAL, outputs: [{ path: "a", kind: "json", schema: 4 }] }, "outputs.0.schema: must be an object"],
  [{ ...GOAL, prohibitions: { othersUnchanged: 1 } }, "prohibitions.othersUnchanged: must be true or false"],
  [
    { ...GOAL, verify: [{ command: ["a"], environment: ["A-B"] }] },
    "verify.0.environment.0: is no name of a variable",
  ],
  [
    { ...GOAL, outputs: [{ path: "/etc/passwd" }] },
    'outputs.0.path: "/etc/passwd" is absolute; write it from the workspace',
  ],
  [
    { ...GOAL, outputs: [{ path: "C:/a" }] },
    'outputs.0.path: "C:/a" is absolute; write it from the workspace',
  ],
  [
    { ...GOAL, outputs: [{ path: "a/../../b" }] },
    'outputs.0.path: "a/../../b" leads outside with ".."; write it from the workspace',
  ],
  [
    { ...GOAL, outputs: [{ path: "a\\b" }] },
    'outputs.0.path: "a\\b" holds a backslash; write / between folders',
  ],
  [
    { ...GOAL, outputs: [{ path: "a\0" }] },
    'outputs.0.path: "a" holds a control character or half a character',
  ],
  [
    { ...GOAL, outputs: [{ path: "a\nb" }] },
    'outputs.0.path: "a b" holds a control character or half a character',
  ],
  [{ ...GOAL, outputs: [{ path: "./a//b" }] }, 'outputs.0.path: "./a//b" is not plain; write "a/b"'],
  [{ ...GOAL, outputs: [{ path: "." }] }, 'outputs.0.path: "." is not plain; write "<name>"'],
  [{ ...GOAL, outputs: [{ path: "a/" }] }, 'outputs.0.path: "a/" is not plain; write "a"'],
  [{ ...GOAL, outputs: [{ path: long }] }, `outputs.0.path: "${long}" has a name of more than 255 bytes`],
  [
    { ...GOAL, outputs: [{ path: ".git/config" }] },
    'outputs.0.path: ".git/config" lies in .git, which is git\'s own',
  ],
  [
    { ...GOAL, outputs: [{ path: "sub/.GIT/x" }] },
    'outputs.0.path: "sub/.GIT/x" lies in .git, which is git\'s own',
  ],
  [{ ...GOAL, outputs: [{ path: "a" }, { path: "a" }] }, 'outputs.1.path: "a" is another output too'],
  [
    { ...GOAL, outputs: [{ path: "\u00e9" }, { path: "e\u0301" }] },
    'outputs.1.path: "e\u0301" is another output too',
  ],
  [
    { ...GOAL, outputs: [{ path: "a" }, { path: "a/b" }] },
    'outputs.1.path: "a/b" lies below "a", which is to be a file',
  ],
  [
    { ...GOAL, outputs: [{ path: "a/b" }, { path: "a" }] },
    'outputs.0.path: "a/b" lies below "a", which is to be a file',
  ],
  [{ ...GOAL, inputs: [{ path: "a" }], outputs: [{ path: "a" }] }, 'outputs.0.path: "a" is an input too'],
  [
    { ...GOAL, images: ["a.png"], outputs: [{ path: "a.png" }] },
    'outputs.0.path: "a.png" is an image that is handed over too',
  ],
  [
    { ...GOAL, inputs: [{ path: "../x" }] },
    'inputs.0.path: "../x" leads outside with ".."; write it from the workspace',
  ],
  [{ ...GOAL, images: ["/x.png"] }, 'images.0: "/x.png" is absolute; write it from the workspace'],
  [
    { ...GOAL, outputs: [{ path: "a", schema: {} }] },
    "outputs.0.schema: only the kinds json and jsonl have one, not any",
  ],
  [
    { ...GOAL, outputs: [{ path: "a", minBytes: 9, maxBytes: 8 }] },
    "outputs.0.maxBytes: is less than minBytes, which is 9",
  ],
  [
    { ...GOAL, outputs: [{ path: "a" }], sandbox: "read-only" },
    'sandbox: "read-only" lets no output be written; leave it out',
  ],
  [
    { ...GOAL, sandbox: "read-only", tools: { allowed: ["edit"] } },
    'sandbox: "read-only" lets nothing be edited',
  ],
  [
    { ...GOAL, sandbox: "read-only", tools: { required: ["edit"] } },
    'sandbox: "read-only" lets nothing be edited',
  ],
  [
    { ...GOAL, tools: { allowed: ["shell"], required: ["web"] } },
    "tools.required.0: web is not among tools.allowed",
  ],
  [
    { ...GOAL, tools: { allowed: ["web"] }, requiredCommands: ["ls"] },
    "requiredCommands: commands need shell among tools.allowed",
  ],
  [
    { ...GOAL, requiredCommands: ["a; b"] },
    'requiredCommands.0: "a; b" is more than one command; name one, without ; | & and the like',
  ],
  [
    { ...GOAL, requiredCommands: ["a && b"] },
    'requiredCommands.0: "a && b" is more than one command; name one, without ; | & and the like',
  ],
  [
    { ...GOAL, tools: { allowed: ["web"] }, outputs: [{ path: "a" }] },
    "outputs: to write a file takes edit or shell among tools.allowed",
  ],
  [{ ...GOAL, prohibitions: { rules: [" "] } }, "prohibitions.rules.0: has no words"],
  [
    { ...GOAL, prohibitions: { paths: ["!a"] } },
    'prohibitions.paths.0: "!a" begins with "!"; name what must not be changed',
  ],
  [
    { ...GOAL, prohibitions: { paths: ["/a"] } },
    'prohibitions.paths.0: "/a" is absolute; write it from the workspace',
  ],
  [
    { ...GOAL, prohibitions: { paths: ["*.ts"] }, outputs: [{ path: "a.ts" }] },
    'prohibitions.paths.0: "*.ts" matches outputs.0.path, which is to be written',
  ],
  [
    { ...GOAL, prohibitions: { paths: ["src"] }, outputs: [{ path: "src/a.ts" }] },
    'prohibitions.paths.0: "src" matches outputs.0.path, which is to be written',
  ],
  [{ ...GOAL, verify: [{ command: [] }] }, "verify.0.command: must have at least 1 items"],
  [{ ...GOAL, verify: [{ command: [" "] }] }, "verify.0.command: names no program"],
  [
    { ...GOAL, verify: [{ command: ["a\0"] }] },
    "verify.0.command: holds a NUL or half a character, which no program can be handed",
  ],
  [
    { ...GOAL, verify: [{ command: ["a"], cwd: "../b" }] },
    'verify.0.cwd: "../b" leads outside with ".."; write it from the workspace',
  ],
  [
    { ...GOAL, generates: { images: 1, copyTo: ["a.png", "b.png"] } },
    "generates.copyTo: names 2 files for 1 images",
  ],
  [
    { ...GOAL, generates: { images: 1, copyTo: ["/a.png"] } },
    'generates.copyTo.0: "/a.png" is absolute; write it from the workspace',
  ],
  [
    { ...GOAL, generates: { images: 1 }, tools: { allowed: ["shell"] } },
    "generates: needs image among tools.allowed",
  ],
];

test.each(BAD)("%j is refused", (value, fault) => {
  const parsed = parseContract(value);
  expect(parsed).toMatchObject({ kind: "invalid" });
  if (parsed.kind === "invalid") expect(parsed.faults[0]).toContain(fault);
});

test("every fault is told, one line each", () => {
  const parsed = parseContract({ goal: "x", outputs: [{ path: "/a" }, { path: "../b\u001b[2J\n" }] });
  if (parsed.kind !== "invalid") throw new Error("it was taken");
  expect(parsed.faults).toHaveLength(2);
  for (const fault of parsed.faults) expect(fault).toMatch(/^outputs\.\d\.path: \P{Cc}*$/u);
});

test("unknown keys of one place are told one by one", () => {
  expect(parseContract({ goal: "x", aaa: 1, bbb: 2 })).toMatchObject({
    faults: [expect.stringMatching(/^aaa: /), expect.stringMatching(/^bbb: /)],
  });
});

test("what is left out has its default, and a full contract is taken as it is", () => {
  expect(parseContract({ goal: "x" })).toMatchObject({
    kind: "contract",
    contract: {
      timeoutSeconds: 600,
      outputs: [],
      tools: { allowed: [], required: [] },
      answer: { format: "text" },
    },
  });
  const full = {
    schema: "countersign/contract/1",
    goal: "x",
    tools: { allowed: ["shell", "edit", "mcp:docs", "image"], required: ["mcp:docs"] },
    requiredCommands: ["npm test -- 'a b'"],
    inputs: [{ path: "src" }],
    images: ["shot.png"],
    outputs: [{ path: "src/a.json", kind: "json", minBytes: 2, maxBytes: 9, schema: { type: "object" } }],
    prohibitions: { rules: ["No network."], paths: ["*.lock"], othersUnchanged: true },
    verify: [
      {
        command: ["npm", "test"],
        cwd: ".",
        exitCode: 0,
        timeoutSeconds: 5,
        sandbox: "read-only",
        environment: ["A_KEY"],
      },
    ],
    answer: { format: "json", schema: {} },
    sandbox: "workspace-write",
    model: "m",
    effort: "low",
    timeoutSeconds: 1,
    generates: { images: 2, copyTo: ["img/a.png"] },
  };
  expect(parseContract(full)).toEqual({ kind: "contract", contract: full });
});
