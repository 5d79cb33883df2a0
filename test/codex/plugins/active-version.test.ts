import { expect, test } from "vitest";
import { activeVersion } from "#codex/plugins/active-version.ts";

test.each([
  [["1.0.0"], "1.0.0"],
  [["9.0.0", "10.0.0", "2.0.0"], "10.0.0"],
  [["1.9.0", "1.10.0"], "1.10.0"],
  [["1.0.1", "1.0.10", "1.0.9"], "1.0.10"],
  [["99.0.0", "local"], "local"],
  [["1.0.0-rc.1", "1.0.0"], "1.0.0"],
  [["1.0.0-rc.10", "1.0.0-rc.9"], "1.0.0-rc.10"],
  [["1.0.0-rc.1", "1.0.0-rc"], "1.0.0-rc.1"],
  [["1.0.0-rc", "1.0.0-rc.1"], "1.0.0-rc.1"],
  [["1.0.0-1", "1.0.0-a"], "1.0.0-a"],
  [["1.0.0-b", "1.0.0-a"], "1.0.0-b"],
  [["1.0.0+1", "1.0.0+2"], "1.0.0+2"],
  [["abcdef12", "1x"], "abcdef12"],
  [[], undefined],
])("of %j Codex loads %s", (versions, active) => {
  expect(activeVersion(versions)).toBe(active);
  expect(activeVersion(versions.toReversed())).toBe(active);
});
