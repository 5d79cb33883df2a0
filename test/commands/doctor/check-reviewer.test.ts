import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { readIfPresent } from "#base/files.ts";
import { checkCodex } from "#commands/doctor/check-codex.ts";
import { checkReviewerWithin } from "#commands/doctor/check-reviewer.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { type ExaminedStage, examinedStage } from "#test/examined.ts";
import { limitInHand } from "#test/limit-in-hand.ts";

const { signal } = new AbortController();
const LIMIT_MS = 2_000;
const LONG_MS = 50_000;

/** A codex whose server is this Node program: `answers` maps the method of a request to its answer. It notes what it is asked. */
function codexThat(answers: Readonly<Record<string, object | null>>): ExaminedStage {
  const stage = examinedStage({ PATH: process.env["PATH"] ?? "" });
  const server = stage.write(
    "server.cjs",
    `const answers = ${JSON.stringify(answers)};
    require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
      const { id, method } = JSON.parse(line);
      require("node:fs").appendFileSync(${JSON.stringify(join(stage.root, "asked"))}, method + "\\n");
      const said = answers[method];
      if (id !== undefined && said) console.log(JSON.stringify({ id, ...said }));
    });`,
  );
  const codex = stage.write(
    "bin/codex",
    `#!/bin/sh\ncase "$*" in *--version*) echo "codex-cli 0.169.0" ;; *) exec '${process.execPath}' '${server}' ;; esac\n`,
    0o755,
  );
  const environment = { ...stage.examined.environment, COUNTERSIGN_CODEX: codex };
  return { ...stage, examined: { ...stage.examined, environment } };
}

const GREETED = {
  initialize: { result: { userAgent: "countersign/0.169.0 (Test)", codexHome: "/home/t/.codex" } },
};
const SIGNED_IN = { getAuthStatus: { result: { authMethod: "chatgpt", requiresOpenaiAuth: true } } };

const reviewer = async (stage: ExaminedStage) => await checkReviewerWithin(LONG_MS, stage.examined, signal);

async function untilAsked({ root }: ExaminedStage, method: string): Promise<void> {
  await eventuallyAsync(
    async () => (readIfPresent(join(root, "asked")) ?? "").split("\n").includes(method),
    () => `it is asked for ${method}`,
  );
}

test.each([
  ["starting its app-server", "initialize", {}, 0],
  ["asking for its sign-in", "getAuthStatus", GREETED, 0],
  ["running a command in its sandbox", "command/exec", { ...GREETED, ...SIGNED_IN }, 1],
])("a Codex that hangs is named with the step: %s", async (step, method, answers, before) => {
  const stage = codexThat(answers);
  const limit = limitInHand(LIMIT_MS);
  const finding = checkReviewerWithin(LIMIT_MS, stage.examined, signal);
  await untilAsked(stage, method);
  limit.reach();
  const found = await finding;
  expect(found).toHaveLength(before + 1);
  expect(found.at(-1)).toMatchObject({
    id: "reviewer",
    state: "broken",
    what: `No answer within 2 s while ${step}`,
  });
  expect(existsSync(stage.examined.locations.root)).toBe(false);
});

test("one that does not start is left to the check of codex, which gives the reason", async () => {
  const stage = examinedStage();
  const codex = stage.write("codex", "#!/bin/sh\necho 'no such libc' >&2\nexit 1\n", 0o755);
  const environment = { ...stage.examined.environment, COUNTERSIGN_CODEX: codex };
  const examined = { ...stage.examined, environment };
  const [found] = await checkReviewerWithin(LONG_MS, examined, signal);
  expect(found).toMatchObject({ id: "reviewer", state: "unknown", next: 'See "codex" above.' });
  const [named] = await checkCodex(examined, signal);
  expect(named).toMatchObject({ state: "broken", what: expect.stringContaining("no such libc") });
});

test("one that hangs is found out by the check of codex in time, and said to hang", async () => {
  const stage = examinedStage({ PATH: "/usr/bin:/bin" });
  const hangs = stage.write("bin/codex", "#!/bin/sh\nexec sleep 60\n", 0o755);
  const environment = { ...stage.examined.environment, PATH: `${dirname(hangs)}:/usr/bin:/bin` };
  const [found] = await checkCodex({ ...stage.examined, environment }, signal);
  expect(found).toMatchObject({ state: "broken", what: expect.stringContaining("no version within 10 s") });
});

const PROBED = { "command/exec": { result: { exitCode: 1, stdout: "", stderr: "bwrap: No permissions" } } };

test.each([
  ["a stored sign-in", { authMethod: "chatgpt", requiresOpenaiAuth: true }, {}, "ok", "Signed in by chatgpt"],
  ["a stored key", { authMethod: "apikey", requiresOpenaiAuth: true }, {}, "ok", "Signed in by apikey"],
  [
    "a provider of one's own",
    { authMethod: null, requiresOpenaiAuth: false },
    {},
    "ok",
    "needs no OpenAI sign-in",
  ],
  [
    "a key in the environment",
    { authMethod: null, requiresOpenaiAuth: true },
    { CODEX_API_KEY: "k" },
    "warning",
    "a key is in the environment",
  ],
  ["none of these", { authMethod: null, requiresOpenaiAuth: true }, {}, "broken", "Codex is not signed in"],
])("the account is judged by what Codex says: %s", async (_what, status, env, state, words) => {
  const stage = codexThat({ ...GREETED, ...PROBED, getAuthStatus: { result: status } });
  const environment = { ...stage.examined.environment, ...env };
  const [account, sandbox] = await checkReviewerWithin(LONG_MS, { ...stage.examined, environment }, signal);
  expect(account).toMatchObject({ id: "account", state, what: expect.stringContaining(words) });
  expect(JSON.stringify(account)).not.toContain('"k"');
  expect(sandbox).toMatchObject({ id: "sandbox", state: "warning", detail: ["bwrap: No permissions"] });
});

test("a Codex that cannot be asked for its sign-in is not called signed out", async () => {
  const refusal = { error: { code: -32_600, message: "Invalid request: unknown variant getAuthStatus" } };
  const [account] = await reviewer(codexThat({ ...GREETED, ...PROBED, getAuthStatus: refusal }));
  expect(account).toMatchObject({ id: "account", state: "unknown", next: "Run `codex login status`." });
});
