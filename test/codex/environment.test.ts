import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { codexHomeOf, configuredNames, decisiveEnvironment, serverEnvironment } from "#codex/environment.ts";

let codexHome: string;

beforeEach(() => {
  codexHome = realpathSync(mkdtempSync(join(tmpdir(), "countersign-environment-")));
});
afterEach(() => rmSync(codexHome, { recursive: true }));

test("what Codex needs passes, and the guard is added; nothing else of the host does", () => {
  const passed = {
    PATH: "/usr/bin",
    HOME: "/home/me",
    LANG: "C",
    LC_ALL: "C",
    OPENAI_API_KEY: "sk-x",
    https_proxy: "http://proxy",
    NO_PROXY: "localhost",
    SSL_CERT_FILE: "/ca.pem",
  };
  const foreign = {
    ANTHROPIC_API_KEY: "secret",
    CLAUDECODE: "1",
    CODEX_THREAD_ID: "t",
    CODEX_SANDBOX: "seatbelt",
    NODE_OPTIONS: "--require ./evil.js",
    LD_PRELOAD: "evil.so",
    GIT_DIR: "/repo/.git",
    AWS_SECRET_ACCESS_KEY: "secret",
    AZURE_KEY: "secret",
    RUST_LOG: "trace",
    UNSET: undefined,
  };
  expect(serverEnvironment({ ...passed, ...foreign }, codexHome)).toEqual({
    ...passed,
    CODEX_HOME: codexHome,
    COUNTERSIGN_NESTED: "1",
  });
});

test("variables that config.toml names pass as well", () => {
  writeFileSync(join(codexHome, "config.toml"), '[model_providers.azure]\nenv_key = "AZURE_KEY"\n');
  expect(serverEnvironment({ AZURE_KEY: "k", OTHER: "o" }, codexHome)).toMatchObject({ AZURE_KEY: "k" });
  expect(serverEnvironment({ AZURE_KEY: "k", OTHER: "o" }, codexHome)).not.toHaveProperty("OTHER");
});

test.each([
  ['env_key = "A"', ["A"]],
  ["model_providers.x = { name = 'x', env_key = 'A_1' }", ["A_1"]],
  ['"bearer_token_env_var" = "TOKEN"', ["TOKEN"]],
  ['env_http_headers = { "X-One" = "ONE", Two = "TWO" }', ["ONE", "TWO"]],
  [
    '[mcp_servers.a.env_http_headers]\n"X-One" = "ONE"\nTwo = "TWO"\n[other]\nthree = "THREE"',
    ["ONE", "TWO"],
  ],
  ['env_vars = [\n  "A",\n  "B",\n]', ["A", "B"]],
  ['http_headers = { "X" = "VALUE" }', []],
  ['env_key = "not a name"', []],
  ['env_key_instructions = "Set THIS"', []],
  ["", []],
])("names in %j", (toml, names) => {
  expect(configuredNames(toml)).toEqual(names);
});

test("the AWS sign-in is passed for Amazon Bedrock only", () => {
  expect(configuredNames('model_provider = "amazon-bedrock"')).toContain("AWS_PROFILE");
});

test("what is only shown or stored elsewhere does not decide", () => {
  const decisive = { PATH: "/usr/bin", HTTPS_PROXY: "http://proxy", AZURE_KEY: "k" };
  const indifferent = { LANG: "C", TZ: "UTC", TMPDIR: "/t", COUNTERSIGN_NESTED: "1" };
  expect(decisiveEnvironment({ ...decisive, ...indifferent })).toEqual(decisive);
});

test("Codex's home is CODEX_HOME by its real path, else ~/.codex", () => {
  const link = join(codexHome, "link");
  mkdirSync(join(codexHome, "real"));
  symlinkSync(join(codexHome, "real"), link);
  expect(codexHomeOf({ CODEX_HOME: link, HOME: "/h" })).toBe(join(codexHome, "real"));
  expect(codexHomeOf({ CODEX_HOME: "", HOME: "/nonexistent" })).toBe("/nonexistent/.codex");
});
