import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import os, { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { serverIdentity } from "#codex/identity.ts";

const installation = { path: "/opt/codex", launchedFrom: "/usr/bin/codex", version: "0.169.0" };
const environment = { PATH: "/usr/bin", HOME: "/home/me", LANG: "C" };
let codexHome: string;

beforeEach(() => {
  codexHome = mkdtempSync(join(tmpdir(), "countersign-identity-"));
});
afterEach(() => rmSync(codexHome, { recursive: true }));

function identity(): string {
  return serverIdentity(installation, environment, codexHome);
}

function signIn(auth: object): void {
  writeFileSync(join(codexHome, "auth.json"), JSON.stringify(auth));
}

function idToken(subject: string, expires: number): string {
  const claims = Buffer.from(JSON.stringify({ sub: subject, exp: expires })).toString("base64url");
  return `header.${claims}.signature`;
}

test("it is short, stable and fit for a file name", () => {
  expect(identity()).toMatch(/^[0-9a-f]{20}$/);
  expect(identity()).toBe(identity());
});

test("it changes with home, binary, version and decisive environment, not with the rest", () => {
  const all = [
    identity(),
    serverIdentity(installation, environment, `${codexHome}-other`),
    serverIdentity({ ...installation, path: "/other/codex" }, environment, codexHome),
    serverIdentity({ ...installation, version: "0.170.0" }, environment, codexHome),
    serverIdentity(installation, { ...environment, OPENAI_BASE_URL: "http://x" }, codexHome),
  ];
  expect(new Set(all).size).toBe(all.length);
  expect(serverIdentity(installation, { ...environment, LANG: "de" }, codexHome)).toBe(identity());
  expect(serverIdentity({ ...installation, launchedFrom: "/other" }, environment, codexHome)).toBe(
    identity(),
  );
});

test("a refreshed token leaves it, another account changes it", () => {
  const tokens = (account: string, subject: string, age: number) => ({
    auth_mode: "chatgpt",
    tokens: {
      account_id: account,
      id_token: idToken(subject, age),
      access_token: `access-${age}`,
      refresh_token: `refresh-${age}`,
    },
    last_refresh: `2026-01-0${age}`,
  });
  const signedOut = identity();
  signIn(tokens("workspace", "anna", 1));
  const anna = identity();
  signIn(tokens("workspace", "anna", 2));
  expect(identity()).toBe(anna);
  signIn(tokens("workspace", "bert", 2));
  const bert = identity();
  signIn(tokens("other", "anna", 2));
  const other = identity();
  signIn({ auth_mode: "apikey", OPENAI_API_KEY: "sk-one" });
  const key = identity();
  signIn({ auth_mode: "apikey", OPENAI_API_KEY: "sk-two" });
  expect(new Set([signedOut, anna, bert, other, key, identity()]).size).toBe(6);
});

test.each(["{torn", "[]", '{"tokens": {"id_token": "no.token"}}', '{"tokens": null}'])(
  "any auth.json gives one: %s",
  (text) => {
    writeFileSync(join(codexHome, "auth.json"), text);
    expect(identity()).toMatch(/^[0-9a-f]{20}$/);
  },
);

test("config.toml leaves it, for the server reads it anew; .env changes it, for the server does not", () => {
  const before = identity();
  writeFileSync(join(codexHome, "config.toml"), 'model = "x"');
  expect(identity()).toBe(before);
  writeFileSync(join(codexHome, ".env"), "X=1");
  expect(identity()).not.toBe(before);
});

test("another machine on the same home has a server of its own", () => {
  const [here, { hostname }] = [identity(), os];
  try {
    os.hostname = () => "elsewhere";
    syncBuiltinESMExports();
    expect(identity()).not.toBe(here);
  } finally {
    os.hostname = hostname;
    syncBuiltinESMExports();
  }
});
