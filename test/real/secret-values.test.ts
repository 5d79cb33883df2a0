import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readIfPresent } from "#base/files.ts";
import { closeBreaker } from "#test/close-breaker.ts";
import { type GateWorld, makeGateWorld, type WorldSession } from "#test/gate-world.ts";
import type { Script } from "#test/responses-api.ts";
import type { ReviewerRequest } from "#test/responses-request.ts";
import { type Action, refuse, reviewAnswer, runCommand } from "#test/reviewer-action.ts";
import type { ScratchRepository } from "#test/scratch-repository.ts";

let world: GateWorld;
let repository: ScratchRepository;
beforeAll(async () => {
  world = await makeGateWorld((request) => reviewAnswer(request));
  repository = world.repository;
});
beforeEach(async () => {
  await closeBreaker(world.state);
  world.api.play((request) => reviewAnswer(request));
});
afterAll(async () => {
  await world.close();
});

async function started(env: Readonly<Record<string, string>> = {}): Promise<WorldSession> {
  const session = world.session({ env });
  await session.start();
  return session;
}

/** A reviewer that does these things one after the other, and then answers. */
function doing(...steps: readonly (string | ((request: ReviewerRequest) => Action))[]): Script {
  return (request) => {
    const step = steps[request.outputs.length] ?? ((asked) => reviewAnswer(asked));
    return typeof step === "string" ? runCommand(request, step) : step(request);
  };
}

/** In two pieces: no file of the tests holds a whole one. */
const PREFIX = `${"ghp_"}${"aZ9kQ2mX7pL4wR8tB5nC1vD6yF3h"}`;

/** A value in the form of a token; no two are alike. */
function token(number: number): string {
  return `${PREFIX}${String(number).padStart(8, "0")}`;
}

/** Every file below the folder as text, but for git's objects, which are the work itself. */
function textsBelow(folder: string): string {
  return (
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !join(entry.parentPath, "/").includes("/objects/"))
      // The keeper replaces files while it is looked at them.
      .map((entry) => readIfPresent(join(entry.parentPath, entry.name)) ?? "")
      .join("\n")
  );
}

/** The numbers of those values that stand in the text. */
function tokensIn(text: string): readonly number[] {
  return text
    .split(PREFIX)
    .slice(1)
    .map((rest) => Number(rest.slice(0, 8)));
}

function writePrompt(session: WorldSession, content: string): void {
  const message = { role: "user", content };
  const line = {
    type: "user",
    isSidechain: false,
    cwd: repository.root,
    timestamp: new Date().toISOString(),
    message,
  };
  writeFileSync(session.transcript, `${JSON.stringify(line)}\n`);
}

/** What Codex keeps of its threads. */
function codexRecords(): string {
  return (
    textsBelow(join(world.codex.codexHome, "sessions")) +
    textsBelow(join(world.codex.codexHome, "archived_sessions"))
  );
}

test("a secret-looking value goes into no request, record or message, wherever it stands", async () => {
  const [inDiff, inPrompt, inClaim, inConventions, inQuote] = [1, 2, 3, 4, 5].map(token);
  repository.write("AGENTS.md", `Our conventions. Deploy with ${inConventions} only.\n`);
  repository.commit("Say how we work");
  const session = await started({ COUNTERSIGN_INSTRUCTIONS: "project" });
  writePrompt(session, `Deploy it with ${inPrompt} please.`);
  const code = (value: unknown) => `deploy("${value}");\nexport const quoted = "${inQuote}";\n`;
  repository.write("deploy.js", code(inDiff));
  const found = {
    file: "deploy.js",
    line_start: 2,
    title: `It holds ${inQuote}`,
    failure_path: `Send ${inQuote} to the server.`,
    recommendation: `Do not write ${inQuote}.`,
  };
  world.api.play((request) =>
    reviewAnswer(request, [{ ...found, quote: `export const quoted = "${inQuote}";` }], {
      summary: `It holds ${inQuote}.`,
    }),
  );
  const answers = [await session.stop({ last_assistant_message: `I used ${inClaim} for it.` })];
  const prompt = world.api.requests.at(-1)?.prompt ?? "";
  for (const words of ["Deploy with", "Deploy it with", "I used", 'deploy("', 'quoted = "']) {
    expect(prompt).toContain(`${words}${words.endsWith('"') ? "" : " "}[redacted: GitHub token]`);
  }
  expect(prompt).toContain("2 secret-looking values redacted");
  expect(session.receipts()[0]?.scope).toMatchObject({ redacted: [{ path: "deploy.js", values: 2 }] });
  expect(answers[0]).toMatchObject({
    decision: "block",
    reason: expect.stringContaining("[redacted: GitHub token]"),
  });

  repository.write("deploy.js", `${code(token(6))}deploy.done();\n`);
  world.api.play((request) => reviewAnswer(request));
  answers.push(await session.stop({ last_assistant_message: `Now I used ${inClaim}; ${inQuote} stays.` }));
  const values = "2 secret-looking values redacted";
  expect(answers[1]?.systemMessage).toContain(values);
  expect(session.outcomes()).toEqual(["blocked", "allowed"]);

  const bodies = world.api.requests.map(({ body }) => body).join("\n");
  const prompts = world.api.requests.map((request) => request.prompt).join("\n");
  // What the reviewer itself has written is its own, and goes back to it when the thread goes on.
  expect(new Set(tokensIn(bodies + codexRecords()))).toEqual(new Set([5]));
  expect(tokensIn(prompts + textsBelow(world.state) + JSON.stringify(answers))).toEqual([]);
});

test("the shell is refused what holds a value or is named like a secret, and reads what lies beside it", async () => {
  repository.write("lib/beside.js", "export const beside = 'readable';\n");
  repository.commit("Prepare");
  const session = await started();
  repository.write("lib/settings.js", `export const key = "${token(7)}";\n`);
  repository.write("lib/deploy.pem", `${token(8)}\n`);
  const odd = ["line\nbreak.js", "~/tab\t.js", "[a]*.js"];
  for (const name of odd) repository.write(name, `export const key = "${token(8)}";\n`);
  const blob = repository.git("hash-object", "lib/settings.js");
  const copies = `for store in '${world.state}'/objects/*; do git --git-dir="$store" cat-file -p ${blob}; done; true`;
  const steps = [
    "cat lib/settings.js",
    "cat lib/deploy.pem",
    `cat ${odd.map((name) => `'./${name}'`).join(" ")}; git diff`,
    copies,
    "cat lib/beside.js",
  ];
  world.api.play(doing(...steps));
  const answer = await session.stop();
  const outputs = world.api.requests.at(-1)?.outputs ?? [];
  expect(outputs).toHaveLength(5);
  expect(outputs[0]).toMatch(/exited with code 1[\s\S]*settings\.js: Permission denied/);
  expect(outputs[1]).toMatch(/exited with code 1[\s\S]*deploy\.pem: Permission denied/);
  expect(outputs[2]?.match(/Permission denied/g)?.length).toBeGreaterThanOrEqual(odd.length);
  expect(outputs[3]).toMatch(/fatal: .*objects|Permission denied/);
  expect(outputs[4]).toContain("readable");
  expect(session.outcomes()).toEqual(["allowed(partial)"]);
  expect(answer.systemMessage).toContain(
    "1 not covered (1 named like a secret), 4 secret-looking values redacted",
  );
  const numbers = world.api.requests.flatMap(({ body }) => tokensIn(body));
  for (const number of [7, 8]) expect(numbers).not.toContain(number);
  expect(session.receipts()[0]?.review).toMatchObject({
    noShell: null,
    reading: { opened: [], others: ["lib/beside.js"] },
  });
});

test("a value that the reviewer names in a command is on no record of ours", async () => {
  const session = await started();
  repository.write("named.js", "export const named = 1;\n");
  world.api.play(doing(`grep -c ${token(9)} named.js`, "cat named.js"));
  await session.stop();
  expect(session.receipts()[0]?.review?.commands.length).toBeGreaterThan(0);
  expect(tokensIn(textsBelow(world.state))).toEqual([]);
});

test.each([
  {
    what: "a refusal",
    script: (): Action => refuse(401, { message: `Incorrect API key provided: ${token(10)}` }),
  },
  {
    what: "an answer of another shape",
    script: (request: ReviewerRequest): Action => reviewAnswer(request, [], { [token(10)]: 1 }),
  },
])("a value in $what is on no record and in no message", async ({ script }) => {
  const session = await started();
  repository.write("failed.js", `export const failed = ${world.api.requests.length};\n`);
  world.api.play(script);
  const answer = await session.stop();
  expect(session.outcomes()).toEqual([expect.stringContaining("failed(")]);
  expect(answer.systemMessage).toContain("[redacted: GitHub token]");
  expect(tokensIn(textsBelow(world.state) + JSON.stringify(answer))).toEqual([]);
});

test("what is excluded cannot be read either, changed or not, however much it is", async () => {
  for (let file = 0; file < 3_000; file += 1)
    repository.write(`fixtures/large/${file}.txt`, "excluded text\n");
  repository.write("deep/er/fixtures/one.txt", "excluded text\n");
  repository.write("deep/er/one.draft", "excluded text\n");
  repository.write("odd[1]/draft/two.txt", "excluded text\n");
  repository.write(".gitignore", "local.draft\n");
  repository.write("local.draft", "excluded text\n");
  repository.commit("Prepare");
  const session = await started({ COUNTERSIGN_EXCLUDE: "fixtures,*.draft,odd?1?/**" });
  repository.write("fixtures/large/1.txt", "excluded text, changed\n");
  repository.write("open.js", "export const open = 1;\n");
  const files = [
    "fixtures/large/1.txt",
    "fixtures/large/2.txt",
    "deep/er/fixtures/one.txt",
    "deep/er/one.draft",
    "odd[1]/draft/two.txt",
    "local.draft",
  ];
  world.api.play(doing(`cat ${files.map((file) => `'${file}'`).join(" ")} open.js`, "cat open.js"));
  await session.stop();
  const output = world.api.requests.at(-1)?.outputs[0] ?? "";
  expect(output).toContain("export const open = 1;");
  expect(output).not.toContain("excluded text");
  expect(output.match(/Permission denied/g)).toHaveLength(files.length);
  expect(session.receipts()[0]).toMatchObject({ outcome: { kind: "allowed" }, review: { noShell: null } });
});

test("where more must not be read than a shell can be kept from, there is no shell, and that is said", async () => {
  const session = await started();
  for (let file = 0; file < 201; file += 1)
    repository.write(`keys/${file}.js`, `export const key = "${token(1_000 + file)}";\n`);
  world.api.play(doing("cat keys/1.js"));
  await session.stop();
  expect(session.outcomes()).toEqual(["allowed"]);
  expect(session.receipts()[0]?.review).toMatchObject({
    sandbox: "inline",
    noShell: expect.stringContaining("200 paths"),
    commands: [],
  });
  expect(tokensIn(world.api.requests.at(-1)?.body ?? "")).toEqual([]);
});
