import { expect, test } from "vitest";
import { scopeFindings } from "#audit/plugins/scope-findings-of.ts";
import { copyValue, folderValue, pluginValue, recordValue } from "#test/plugin-values.ts";

const first = copyValue();
const through = { index: 1, scope: "project", installPath: "/link/cache/lab/alpha/1.0.0" };

test("two records of one folder, written in two ways, hide nothing from each other", () => {
  const second = copyValue({ record: recordValue(through) });
  expect(scopeFindings(pluginValue({ copies: [first, second] }))).toEqual([]);
  const other = copyValue({ record: recordValue({ ...through, version: "2.0.0" }) });
  const kinds = scopeFindings(pluginValue({ copies: [first, other] })).map(({ kind }) => kind);
  expect(kinds).toEqual(["records-contradict"]);
});

test("two records of two folders do", () => {
  const second = copyValue({ record: recordValue(through), folder: folderValue("/other", "1.0.0") });
  const kinds = scopeFindings(pluginValue({ copies: [first, second] })).map(({ kind }) => kind);
  expect(kinds).toEqual(["scope-shadowed"]);
});
