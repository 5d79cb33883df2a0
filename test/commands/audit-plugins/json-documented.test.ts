import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { auditIn } from "#test/plugins/audited-plugins.ts";
import { layOutThree } from "#test/plugins/three-plugins.ts";

const Members = z.record(z.string(), z.unknown());
const Shape = z.looseObject({
  marketplaces: z.array(Members),
  plugins: z.array(z.looseObject({ copies: z.array(Members), findings: z.array(Members) })),
});

test("docs/json.md names every member of an audit, of its marketplaces, plugins, copies and findings", async () => {
  const world = layOutThree();
  onTestFinished(() => world.remove());
  const { stdout } = await auditIn(world, "app", ["--json"]);
  const audit = parseJson(stdout, Shape);
  const copies = audit.plugins.flatMap((plugin) => plugin.copies);
  const told = audit.plugins.flatMap((plugin) => plugin.findings);
  const words = ["kind", "weight", "title", "wrong", "evidence", "matters", "mend", "leaves", "page"];
  const members = [audit, ...audit.marketplaces, ...audit.plugins, ...copies].flatMap((one) =>
    Object.keys(one),
  );
  const section = sectionOf(readFileSync("docs/json.md", "utf8"), "countersign/audit-plugins/1");
  const missing = [...new Set([...members, ...words])]
    .filter((name) => name !== "schema")
    .filter((name) => !section.includes(`\`${name}\``));
  expect(missing).toEqual([]);
  for (const finding of told) expect(Object.keys(finding)).toEqual(expect.arrayContaining(words));
});

/** The common members stand once, before all sections. */
function sectionOf(text: string, schema: string): string {
  const [common = "", ...sections] = text.split(/^## /m);
  return common + (sections.find((section) => section.startsWith(`\`${schema}\``)) ?? "");
}
