import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { Surroundings } from "#commands/command.ts";
import { type Called, callCommand } from "#test/call-command.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { freshLocations } from "#test/state-root.ts";

let cwd = "";
beforeEach(() => {
  cwd = scratchFolder();
});

function call(words: readonly string[], own: Partial<Surroundings> = {}): Promise<Called> {
  return callCommand(freshLocations(), ["exec", "--dry-run", ...words], { cwd, ...own });
}

/** Standard input that holds this. */
function stdin(given: string | Uint8Array): Partial<Surroundings> {
  const bytes = Buffer.from(given);
  return { readStdin: async (longest) => (bytes.length > longest ? undefined : bytes) };
}

async function refusal(words: readonly string[], own: Partial<Surroundings> = {}): Promise<string> {
  const { code, stdout, stderr } = await call(words, own);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^countersign: [^\n]+\n$/);
  return stderr.slice("countersign: ".length, -1);
}

test.each([
  [
    '{"goal": "x", "outputz": []}',
    'c.json: outputz: is no key of a contract; did you mean "outputs"?; see docs/contracts.md',
  ],
  ['{"goal": ""}', "c.json: goal: must have at least 1 characters; see docs/contracts.md"],
  ['{"goal": "x", "aaa": 1, "bbbbbbbb": 2}', /^c\.json: aaa: .* \(and 1 more\); see docs\/contracts\.md$/],
  ["[]", "c.json: the contract: must be an object; see docs/contracts.md"],
  ['{"goal": "x",}', "c.json is not JSON: property name expected at line 1, column 14"],
  ['{\n  "goal": "x"\n  "sandbox": 1\n}', "c.json is not JSON: comma expected at line 3, column 3"],
  ['{"goal": "x"} // done', "c.json is not JSON: invalid comment token at line 1, column 15"],
  ['{"goal": "x', "c.json is not JSON: unexpected end of string at line 1, column 10"],
  ["", "c.json is not JSON: value expected at line 1, column 1"],
  ['{"goal": "x",\n "goal": "y"}', 'c.json has the key "goal" a second time at line 2, column 2'],
  [`{"goal": ${"[".repeat(300)}`, "c.json is nested deeper than 200 levels at line 1, column 209"],
  [
    '{"goal": "x", "outputs": [{"path": "a.json", "kind": "json", "schema": {"type": "strin"}}]}',
    /^c\.json: outputs\.0\.schema: schema is invalid: .*type.*; see docs/,
  ],
  [
    '{"goal": "x", "answer": {"format": "json", "schema": {"$ref": "https://example.org/s.json"}}}',
    "c.json: answer.schema: can't resolve reference https://example.org/s.json from id #; see docs/contracts.md",
  ],
  [
    '{"goal": "x", "answer": {"format": "json", "schema": {"requird": []}}}',
    /answer\.schema: strict mode: unknown keyword: "requird"/,
  ],
  [
    '{"goal": "x", "answer": {"format": "json", "schema": {"$schema": "http://json-schema.org/draft-07/schema#"}}}',
    /answer\.schema: no schema with key or ref "http:\/\/json-schema\.org\/draft-07\/schema#"/,
  ],
  [
    '{"goal": "x", "answer": {"format": "json", "schema": {"$async": true}}}',
    "c.json: answer.schema: $async is no word of JSON Schema; see docs/contracts.md",
  ],
])("the contract %s is refused in one line", async (text, line) => {
  writeFileSync(join(cwd, "c.json"), text);
  const said = await refusal(["--contract", "c.json"]);
  if (typeof line === "string") expect(said).toBe(line);
  else expect(said).toMatch(line);
});

test("what is no readable text is told by what it is", async () => {
  mkdirSync(join(cwd, "folder"));
  execFileSync("mkfifo", [join(cwd, "pipe")]);
  symlinkSync("loop", join(cwd, "loop"));
  writeFileSync(join(cwd, "latin"), Buffer.from([0x7b, 0xe9, 0x7d]));
  writeFileSync(join(cwd, "large"), "");
  truncateSync(join(cwd, "large"), 200 * 1024 * 1024);
  expect(await refusal(["--contract", "gone.json"])).toBe("--contract: gone.json is not there");
  expect(await refusal(["--contract", "folder/x/y"])).toBe("--contract: folder/x/y is not there");
  expect(await refusal(["--contract", "folder"])).toBe("--contract: folder is a folder; name a file");
  expect(await refusal(["--contract", "pipe"])).toBe(
    "--contract: pipe is no file but a pipe, a socket or a device; name a file, or - for standard input",
  );
  expect(await refusal(["--contract", "/dev/zero"])).toMatch(/is no file but a pipe/);
  expect(await refusal(["--contract", "latin"])).toBe("--contract: latin is not UTF-8; save it as UTF-8");
  expect(await refusal(["--contract", "large"])).toBe(
    "--contract: large has 209715200 bytes, more than 1048576; put what is large into an input",
  );
  expect(await refusal(["--contract", "loop"])).toMatch(/^--contract: loop cannot be read: ELOOP/);
  expect(await refusal(["--contract", "a\0b"])).toMatch(/^--contract: ab is no name of a file/);
});

// Root may read every file.
test.skipIf(process.getuid?.() === 0)("a file of somebody else is told as such", async () => {
  writeFileSync(join(cwd, "c.json"), "{}");
  chmodSync(join(cwd, "c.json"), 0o000);
  expect(await refusal(["--contract", "c.json"])).toBe("--contract: c.json may not be read by this user");
});

test("standard input is taken for -, and refused like a file", async () => {
  const contract = '\uFEFF{"goal": "Count the lines."}';
  expect((await call(["--contract", "-"], stdin(contract))).stdout).toContain("Count the lines.");
  expect((await call(["-"], stdin("Count the words.\n"))).stdout).toContain("Count the words.");
  expect(await refusal(["--contract", "-"], stdin("{"))).toMatch(
    /^standard input is not JSON: .* at line 1, column 2$/,
  );
  expect(await refusal(["--contract", "-"], stdin(" "))).toBe("--contract: standard input is empty");
  expect(await refusal(["--contract", "-"], stdin("x".repeat(1024 * 1024 + 1)))).toMatch(
    /holds more than 1048576 bytes/,
  );
  const latin = "is not UTF-8; save it as UTF-8";
  expect(await refusal(["--contract", "-"], stdin(Buffer.of(0x7b, 0xe9)))).toBe(
    `--contract: standard input ${latin}`,
  );
  expect(await refusal(["-"], stdin(Buffer.of(0x61, 0xe9)))).toBe(`--goal: standard input ${latin}`);
  expect(await refusal(["-"], stdin("a\0b"))).toBe(
    "--goal: standard input holds a NUL byte, which no text has",
  );
  expect((await call(["-"], stdin("Mend \uFFFD."))).stdout).toContain("Mend \uFFFD.");
  expect(await refusal(["--contract", "-"], { stdinIsTerminal: true })).toMatch(/is a terminal; pipe/);
});

test("options make the contract that a file would", async () => {
  writeFileSync(join(cwd, "s.json"), '{"type": "object"}');
  const { code, stdout, stderr } = await call([
    "Draw the sales.",
    ...["--input", "sales.csv", "--input", "./src/", "--image", "a.png", "--output", "out/chart.PNG"],
    ...["--output", "notes.md", "--output", "data", "--allow", "shell", "--require", "edit"],
    ...["--require-command", "npm test", "--forbid", "No network.", "--keep", "*.lock", "--only-outputs"],
    ...[
      "--verify",
      "npm test",
      "--answer-schema",
      "s.json",
      "--timeout",
      "9",
      "--model",
      "m",
      "--effort",
      "low",
    ],
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const part of [
    "\nDraw the sales.\n",
    "\n- sales.csv\n- src\n- a.png (handed over as an image)\n",
    "Use the shell; edits of files. Use nothing else.",
    "- out/chart.PNG: a PNG image\n- notes.md: a text file in UTF-8\n- data: a file\n",
    "- No network.\n- Do not create, change or remove any file that matches *.lock or lies below it\n",
    '- ["npm","test"], exit code 0',
    '{"type":"object"}',
    "workspace-write",
  ])
    expect(stdout).toContain(part);
});

test("a task of images asks for no right to write", async () => {
  const { stdout } = await call(["--goal", "A heron.", "--images", "2", "--copy-to", "heron.png"]);
  expect(stdout).toContain("Generate 2 different images");
  expect(stdout).toContain("read-only");
  expect((await call(["x", "--write"])).stdout).toContain("workspace-write");
});

test.each([
  [[], 'nothing is to be done; give a goal (`countersign exec "..."`) or --contract FILE'],
  [["a", "--goal", "b"], "the goal is given twice; give it once, as a word or with --goal"],
  [
    ["x", "--output", "/tmp/a"],
    'the task: outputs.0.path: "/tmp/a" is absolute; write it from the workspace; see docs/contracts.md',
  ],
  [
    ["x", "--output", "a/../../b"],
    'the task: outputs.0.path: "../b" leads outside with ".."; write it from the workspace; see docs/contracts.md',
  ],
  [["x", "--output", ""], "the task: outputs.0.path: must have at least 1 characters; see docs/contracts.md"],
  [["x", "--timeout", "soon"], "the task: timeoutSeconds: must be a number; see docs/contracts.md"],
  [["x", "--timeout", ""], "the task: timeoutSeconds: must be at least 1; see docs/contracts.md"],
  [["x", "--images", "two"], "the task: generates.images: must be a number; see docs/contracts.md"],
  [["x", "--copy-to", "a.png"], "--copy-to is for generated images; say how many with --images N"],
  [
    ["x", "--allow", "web", "--verify", "npm test | tail"],
    /^--verify takes words with blanks between them, and no shell reads them: npm test \| tail; /,
  ],
  [
    ["x", "--require", "bash"],
    "the task: tools.required.0: must be shell, edit, web, image or mcp:SERVER; see docs/contracts.md",
  ],
  [["x", "--answer-schema", "gone"], "--answer-schema: gone is not there"],
  [
    ["x", "--contract", "c.json"],
    "--contract says all that is wanted, and a goal is given beside it; leave one out",
  ],
  [
    ["--keep", "a", "--contract", "c.json"],
    "--contract says all that is wanted, and --keep is given beside it; leave one out",
  ],
  [
    ["--write", "--contract", "c.json"],
    "--contract says all that is wanted, and --write is given beside it; leave one out",
  ],
])("%j is refused", async (words, line) => {
  const said = await refusal(words);
  if (typeof line === "string") expect(said).toBe(line);
  else expect(said).toMatch(line);
});

test("model, effort and timeout go on top of a file", async () => {
  writeFileSync(join(cwd, "c.json"), '{"goal": "x", "timeoutSeconds": 5}');
  expect(await refusal(["--contract", "c.json", "--timeout", "0"])).toMatch(
    /timeoutSeconds: must be at least 1/,
  );
  expect((await call(["--contract", "c.json", "--timeout", "9", "--model", "m", "--effort", "e"])).code).toBe(
    0,
  );
});
