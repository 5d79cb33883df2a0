import { mkdirSync, realpathSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { locateCodex } from "#codex/installation.ts";
import { reviewerKey } from "#codex/reviewer-key.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

type Place = {
  readonly binary: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
};

/** A program that fails when it is started, and a home. */
function place(): Place {
  const folder = realpathSync(scratchFolder());
  const home = join(folder, "codex-home");
  mkdirSync(home);
  const binary = join(folder, "codex");
  writeFileSync(binary, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  return { binary, home, env: { PATH: folder, HOME: folder, CODEX_HOME: home } };
}

test("it is found and named without being started", () => {
  const { binary, env } = place();
  expect(locateCodex(env)).toEqual({ path: binary, launchedFrom: binary });
  expect(reviewerKey(binary, env, undefined)).toMatch(/^[0-9a-f]{20}$/);
  expect(() => locateCodex({ PATH: "" })).toThrow(
    expect.objectContaining({ failure: { kind: "codex-missing", detail: "" } }),
  );
});

test("a hook and a terminal of the same user mean the same reviewer", () => {
  const { binary, home, env } = place();
  const key = reviewerKey(binary, env, "m");
  expect(reviewerKey(binary, { ...env, PATH: "/usr/bin", HOME: "/elsewhere" }, "m")).toBe(key);
  expect(reviewerKey(binary, { ...env, XDG_CONFIG_HOME: "/x", TERM: "dumb", CLAUDECODE: "1" }, "m")).toBe(
    key,
  );
  expect(reviewerKey(binary, { HOME: join(home, "..", "none"), CODEX_HOME: home }, "m")).toBe(key);
});

test.each<readonly [string, (at: Place) => Readonly<Record<string, string>> | undefined]>([
  ["another account", ({ home }) => write(home, "auth.json", '{"OPENAI_API_KEY":"sk-2"}')],
  ["a mended configuration", ({ home }) => write(home, "config.toml", 'model = "other"')],
  ["another .env", ({ home }) => write(home, ".env", "A=1")],
  ["another key in the environment", () => ({ OPENAI_API_KEY: "sk-3" })],
  ["another provider in the environment", () => ({ OPENAI_BASE_URL: "http://127.0.0.1:1" })],
  ["another proxy", () => ({ HTTPS_PROXY: "http://127.0.0.1:2" })],
  ["another home", ({ binary }) => ({ CODEX_HOME: join(binary, "..") })],
  ["an updated program", ({ binary }) => write(binary, "", "#!/bin/sh\nexit 22\n")],
])("%s is another reviewer", (_name, change) => {
  const at = place();
  const key = reviewerKey(at.binary, at.env, undefined);
  const changed = change(at) ?? {};
  expect(reviewerKey(at.binary, { ...at.env, ...changed }, undefined)).not.toBe(key);
});

test("another model is another reviewer, and so is the account that signed in again", () => {
  const { binary, home, env } = place();
  write(home, "auth.json", '{"OPENAI_API_KEY":"sk-1"}');
  const key = reviewerKey(binary, env, "m");
  expect(reviewerKey(binary, env, "n")).not.toBe(key);
  expect(reviewerKey(binary, env, "m")).toBe(key);
  utimesSync(join(home, "auth.json"), new Date(0), new Date(0));
  expect(reviewerKey(binary, env, "m")).not.toBe(key);
});

function write(folder: string, name: string, text: string): undefined {
  writeFileSync(join(folder, name), text);
}
