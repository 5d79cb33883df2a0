import { lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { setUserGate } from "#runs/config/user-config.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;

test("a file is made where there is none", async () => {
  const locations = freshLocations();
  await setUserGate(locations, "off", NEVER);
  expect(JSON.parse(readFileSync(locations.userConfig, "utf8"))).toEqual({ gate: "off" });
});

test.each([
  [
    '{\n    "maxRounds" : 2,\n\t"gate":"off"  ,\n "model": "x"}',
    '{\n    "maxRounds" : 2,\n\t"gate":"enforce"  ,\n "model": "x"}',
  ],
  ['{"gate":"off"}\r\n', '{"gate":"enforce"}\r\n'],
  ['{\n  "maxRounds": 2\n}\n', '{\n  "maxRounds": 2,\n  "gate": "enforce"\n}\n'],
])("only the value of gate changes: %j", async (before, after) => {
  const locations = freshLocations();
  mkdirSync(dirname(locations.userConfig));
  writeFileSync(locations.userConfig, before);
  await setUserGate(locations, "enforce", NEVER);
  expect(readFileSync(locations.userConfig, "utf8")).toBe(after);
});

test.each(["{torn", "[]", "", "null"])("what is no configuration is not overwritten: %j", async (text) => {
  const locations = freshLocations();
  mkdirSync(dirname(locations.userConfig));
  writeFileSync(locations.userConfig, text);
  await expect(setUserGate(locations, "off", NEVER)).rejects.toMatchObject({
    failure: { kind: "state-corrupt", path: locations.userConfig },
  });
  expect(readFileSync(locations.userConfig, "utf8")).toBe(text);
});

test("a link stays a link", async () => {
  const locations = freshLocations();
  const target = join(locations.root, "dotfiles.json");
  writeFileSync(target, "{}");
  mkdirSync(dirname(locations.userConfig));
  symlinkSync(target, locations.userConfig);
  await setUserGate(locations, "off", NEVER);
  expect(lstatSync(locations.userConfig).isSymbolicLink()).toBe(true);
  expect(JSON.parse(readFileSync(target, "utf8"))).toEqual({ gate: "off" });
});
