import { expect, test } from "vitest";
import { type LiveSource, liveSource } from "#audit/plugins/live-source.ts";
import type { PluginFacts } from "#audit/plugins/plugin-facts.ts";
import {
  copyValue,
  foundMatch,
  marketplaceValue,
  objectId,
  offeredValue,
  pluginValue,
} from "#test/plugin-values.ts";

const other = offeredValue({ tree: objectId("9") });
const filtered = [copyValue({ match: foundMatch("a", true) })];

test.each<readonly [string, Partial<PluginFacts>, LiveSource]>([
  ["the very bytes", {}, "same"],
  ["other bytes", { offered: other }, "changed"],
  ["a copy of what is committed there", { offered: other, copies: filtered }, "same"],
  [
    "a copy of another commit",
    { offered: offeredValue({ ...other, commit: objectId("b") }), copies: filtered },
    "changed",
  ],
  ["a copy of what was edited since", { offered: { ...other, commit: null }, copies: filtered }, "changed"],
  ["another version", { offered: offeredValue({ version: "2.0.0" }) }, "changed"],
  ["what cannot be compared", { offered: offeredValue({ tree: null }) }, "not-known"],
  ["nothing there", { offered: null, copies: filtered }, "not-known"],
  ["no copy", { copies: [] }, "not-known"],
])("of a folder that is read in place: %s", (_name, facts, is) => {
  const marketplace = marketplaceValue({ source: { kind: "directory", path: "/m" } });
  expect(liveSource(pluginValue({ marketplace, ...facts }))).toBe(is);
});

test("what is copied is not read in place", () => {
  expect(liveSource(pluginValue())).toBe("no");
});
