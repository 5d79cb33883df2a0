import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { StateFault } from "#runs/fault.ts";
import { findById, type IdSearch } from "#runs/find-by-id.ts";
import type { Locations } from "#runs/locations.ts";
import { type AuditName, auditNames, keepAudit } from "#runs/plugin-audits.ts";
import { freshLocations } from "#test/state-root.ts";

let locations: Locations;

beforeEach(() => {
  locations = freshLocations();
});

test("an audit is kept under its day, and once", async () => {
  const at = new Date("2026-01-31T23:59:59.123Z");
  const name = await keepAudit(locations, "one\n", at);
  expect(name.path).toBe(join(locations.audits, "2026", "01", "31", `${name.id}.json`));
  expect(name.id).toMatch(/^20260131T235959123Z-[0-9a-f]{12}$/);
  expect(readFileSync(name.path, "utf8")).toBe("one\n");
  expect(await keepAudit(locations, "one\n", at)).toEqual(name);
  expect([...auditNames(locations)]).toEqual([name]);
});

test("what stands under its name is not written over", async () => {
  const at = new Date("2026-01-31T00:00:00.000Z");
  const { path } = await keepAudit(locations, "one\n", at);
  writeFileSync(path, "another\n");
  await expect(keepAudit(locations, "one\n", at)).rejects.toThrow(StateFault);
  expect(readFileSync(path, "utf8")).toBe("another\n");
});

test("an audit is found by its id, the beginning or the end of it, and as the last one", async () => {
  const first = await keepAudit(locations, "one\n", new Date("2025-12-31T10:00:00.000Z"));
  const second = await keepAudit(locations, "two\n", new Date("2026-01-01T10:00:00.000Z"));
  expect([...auditNames(locations)].map(({ id }) => id)).toEqual([second.id, first.id]);
  expect(find("last")).toEqual({ kind: "found", name: second });
  expect(find(first.id)).toEqual({ kind: "found", name: first });
  expect(find(first.handle)).toEqual({ kind: "found", name: first });
  expect(find("2025")).toEqual({ kind: "found", name: first });
  expect(find("202")).toEqual({ kind: "ambiguous", ids: [second.id, first.id] });
  expect(find("nowhere")).toEqual({ kind: "none" });
});

test("what is no audit there hides none", async () => {
  expect(find("last")).toEqual({ kind: "none" });
  const name = await keepAudit(locations, "one\n", new Date("2026-01-01T10:00:00.000Z"));
  mkdirSync(join(locations.audits, "notes"), { recursive: true });
  writeFileSync(join(locations.audits, "2027"), "a file");
  writeFileSync(join(locations.audits, "2026", "01", "01", ".20260101T100000000Z-aa.json.1.tmp"), "");
  expect([...auditNames(locations)]).toEqual([name]);
});

function find(text: string): IdSearch<AuditName> {
  return findById(auditNames(locations), text);
}
