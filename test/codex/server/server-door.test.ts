import { existsSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { markClient } from "#codex/server/client-mark.ts";
import { closedDoor, restoreLink, shutDoor } from "#codex/server/server-door.ts";
import { type ServerPlace, serverPlace } from "#codex/server/server-place.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

let place: ServerPlace;

beforeEach(() => {
  place = serverPlace(join(scratchFolder(), "key"));
  mkdirSync(place.directory);
  symlinkSync("/real/socket", place.socket);
});

test("with nobody there it shuts, and a newcomer finds no socket", () => {
  expect(shutDoor(place)).toBe(true);
  expect(existsSync(place.socket)).toBe(false);
  expect(readlinkSync(closedDoor(place))).toBe("/real/socket");
});

test("with a client there it opens again", () => {
  const mark = markClient(place.clients);
  expect(shutDoor(place)).toBe(false);
  expect(readlinkSync(place.socket)).toBe("/real/socket");
  mark.remove();
  mark.remove();
  expect(shutDoor(place)).toBe(true);
});

test("the mark of a dead process does not hold the door", () => {
  mkdirSync(place.clients);
  const dead = { pid: process.pid, startTime: "1", bootId: "another", pidNamespace: "" };
  writeFileSync(join(place.clients, "1.x"), JSON.stringify(dead));
  expect(shutDoor(place)).toBe(true);
});

test("a door that is gone already counts as shut, but not over a client's head", () => {
  expect(shutDoor(place)).toBe(true);
  expect(shutDoor(place)).toBe(true);
  const mark = markClient(place.clients);
  expect(shutDoor(place)).toBe(false);
  mark.remove();
});

test("a lost link is put back; a socket that stood there itself cannot be", () => {
  const record = { process: { pid: 1, startTime: "", bootId: "", pidNamespace: "" }, socket: "/real/other" };
  shutDoor(place);
  restoreLink(place, { ...record, socket: place.socket });
  expect(existsSync(place.socket)).toBe(false);
  restoreLink(place, record);
  restoreLink(place, record);
  expect(readlinkSync(place.socket)).toBe("/real/other");
});
