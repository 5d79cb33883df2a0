import { expect, test } from "vitest";
import { firstRecorded } from "#audit/plugins/plugin-copies.ts";
import { absentFolder, copyValue, folderValue, pluginValue, recordValue } from "#test/plugin-values.ts";

test("of several records that apply the first whose folder is there and not empty decides", () => {
  const gone = copyValue({ record: recordValue({ index: 0 }), folder: absentFolder("/cache/gone") });
  const empty = copyValue({
    record: recordValue({ index: 1 }),
    folder: folderValue("/cache/empty", null, { stands: "empty" }),
  });
  const here = copyValue({ record: recordValue({ index: 2 }), folder: folderValue("/cache/here", "1.0.0") });
  const first = (...copies: readonly ReturnType<typeof copyValue>[]) =>
    firstRecorded(pluginValue({ copies }))?.record.index;
  expect(first(gone, empty, here)).toBe(2);
  expect(first(gone, empty)).toBe(0);
  expect(first({ ...here, applies: false }, empty)).toBe(1);
  expect(first()).toBeUndefined();
});
