import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CodexFault } from "#codex/fault.ts";
import type { ServerOptions } from "#codex/server-options.ts";
import { requireExecSignIn } from "#codex/sign-in/require-exec-sign-in.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const NEVER = new AbortController().signal;
const GREETED = { userAgent: "countersign/0.169.0 (Test)", codexHome: "/home/t/.codex" };
const NO_LOGIN = { authMethod: null, requiresOpenaiAuth: true };

/** A server that is this Node program and leaves a mark when it is started. */
function codexThat(
  answers: Readonly<Record<string, object>>,
  toml = "",
): ServerOptions & { readonly mark: string } {
  const folder = scratchFolder();
  const mark = join(folder, "started");
  const server = join(folder, "server.cjs");
  writeFileSync(
    server,
    `const answers = ${JSON.stringify({ initialize: GREETED, ...answers })};
    require("node:fs").writeFileSync(${JSON.stringify(mark)}, "");
    require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
      const { id, method } = JSON.parse(line);
      if (id !== undefined && answers[method]) console.log(JSON.stringify({ id, result: answers[method] }));
    });`,
  );
  const path = join(folder, "codex");
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${server}'\n`, { mode: 0o755 });
  writeFileSync(join(folder, "config.toml"), toml);
  return {
    installation: { path, launchedFrom: path, version: "0.169.0" },
    environment: { PATH: process.env["PATH"] ?? "" },
    codexHome: folder,
    serversDirectory: join(folder, "servers"),
    leasesDirectory: join(folder, "leases"),
    keeperScript: "/nowhere",
    idleSeconds: 1,
    shared: true,
    clientVersion: "0",
    mark,
  };
}

async function failureOf(options: ServerOptions, signal = NEVER): Promise<unknown> {
  const error: unknown = await requireExecSignIn(options, "/work", signal).catch((thrown: unknown) => thrown);
  return error instanceof CodexFault ? error.failure.kind : error;
}

const config = (own: object) => ({ "config/read": { config: own }, getAuthStatus: NO_LOGIN });

test.each([
  ["Codex's own provider", config({}), "not-signed-in"],
  ["it by its name", config({ model_provider: "openai" }), "not-signed-in"],
  ["another that the project names", config({ model_provider: "mine" }), undefined],
  ["a proxy in its place", config({ openai_base_url: "http://127.0.0.1:1/v1" }), undefined],
  [
    "a login in a keyring",
    { ...config({}), getAuthStatus: { authMethod: "chatgpt", requiresOpenaiAuth: true } },
    undefined,
  ],
])("without a file that holds a login: %s", async (_what, answers, expected) => {
  const options = codexThat(answers);
  expect(await failureOf(options)).toBe(expected);
  expect(existsSync(options.mark)).toBe(true);
});

test("no server is started where the user's own configuration names another provider", async () => {
  const options = codexThat(config({}), 'model_provider = "mine"\n');
  expect(await failureOf(options)).toBe(undefined);
  expect(existsSync(options.mark)).toBe(false);
});

test("a server that cannot be asked keeps nobody from the task, and whoever ends it is heard", async () => {
  const dead = {
    ...codexThat({}),
    installation: { path: "/bin/false", launchedFrom: "", version: "0.169.0" },
  };
  expect(await failureOf(dead)).toBe(undefined);
  const reason = new Error("Ctrl-C");
  expect(await failureOf(dead, AbortSignal.abort(reason))).toBe(reason);
});
