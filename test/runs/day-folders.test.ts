import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { dayFolders } from "#runs/day-folders.ts";
import { freshLocations } from "#test/state-root.ts";

function rootWith(days: readonly string[]): string {
  const { receipts } = freshLocations();
  for (const day of days) mkdirSync(join(receipts, ...day.split("-")), { recursive: true });
  return receipts;
}

test("days come the latest first, as far back as was asked", () => {
  const root = rootWith(["2025-12-31", "2026-01-02", "2026-01-31"]);
  const days = (since?: string): readonly string[] => [...dayFolders(root, since)].map(({ day }) => day);
  expect(days()).toEqual(["2026-01-31", "2026-01-02", "2025-12-31"]);
  expect(days("2026-01-02T23:59:59.000Z")).toEqual(["2026-01-31", "2026-01-02"]);
});

test("what is no day, or stands in the place of a month, hides none of the others", () => {
  const root = rootWith(["2026-01-02", "2026-13-01", "2026-01-32", "notes-01-01"]);
  writeFileSync(join(root, "2027"), "");
  writeFileSync(join(root, "2026", "12"), "");
  expect([...dayFolders(root)]).toEqual([{ folder: join(root, "2026", "01", "02"), day: "2026-01-02" }]);
});

test("no folder holds no days, and a file in its place is told", () => {
  const root = rootWith([]);
  expect([...dayFolders(root)]).toEqual([]);
  rmSync(root, { recursive: true, force: true });
  mkdirSync(dirname(root), { recursive: true });
  writeFileSync(root, "");
  expect(() => [...dayFolders(root)]).toThrow("ENOTDIR");
});
