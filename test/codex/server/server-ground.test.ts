import { chmodSync, copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { groundOf, type ServerOrigin } from "#codex/server/server-ground.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

let folder: string;
let origin: ServerOrigin;

beforeEach(() => {
  folder = scratchFolder();
  for (const version of ["one", "two"]) {
    mkdirSync(join(folder, version));
    writeFileSync(join(folder, version, "codex"), version);
  }
  symlinkSync(join(folder, "one", "codex"), join(folder, "codex"));
  origin = { codex: join(folder, "one", "codex"), launchedFrom: join(folder, "codex"), codexHome: folder };
  signIn("anna", "token-1");
});

function signIn(key: string, token: string): void {
  const auth = { auth_mode: "apikey", OPENAI_API_KEY: key, tokens: { access_token: token } };
  writeFileSync(join(folder, "auth.json"), JSON.stringify(auth));
}

test("it stays while tokens are refreshed and Codex writes into its home", () => {
  const before = groundOf(origin);
  signIn("anna", "token-2");
  writeFileSync(join(folder, "config.toml"), 'model = "x"');
  writeFileSync(join(folder, "state_5.sqlite"), "");
  expect(groundOf(origin)).toBe(before);
});

test("it comes back when the first account signs in again", () => {
  const before = groundOf(origin);
  signIn("bert", "token-1");
  const bert = groundOf(origin);
  rmSync(join(folder, "auth.json"));
  expect(new Set([before, bert, groundOf(origin)]).size).toBe(3);
  signIn("anna", "token-3");
  expect(groundOf(origin)).toBe(before);
});

test.each([
  ["variables of its own", () => writeFileSync(join(folder, ".env"), "X=1")],
  ["an update that puts the link on another version", linkTo],
  ["a program that is replaced by an equal one", replaceProgram],
  ["a program that is gone", () => rmSync(join(folder, "one"), { recursive: true })],
  ["a link that is gone", () => rmSync(join(folder, "codex"))],
])("%s changes it", (_case, change) => {
  const before = groundOf(origin);
  change();
  expect(groundOf(origin)).not.toBe(before);
});

test("it holds no key", () => {
  expect(groundOf(origin)).toMatch(/^[0-9a-f]{64}$/);
});

function linkTo(): void {
  symlinkSync(join(folder, "two", "codex"), join(folder, "new"));
  renameSync(join(folder, "new"), join(folder, "codex"));
}

function replaceProgram(): void {
  const copy = join(folder, "copy");
  copyFileSync(origin.codex, copy);
  chmodSync(copy, 0o755);
  renameSync(copy, origin.codex);
}
