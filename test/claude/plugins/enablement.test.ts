import { expect, test } from "vitest";
import { enablementsIn } from "#claude/plugins/enablement.ts";
import type { Scope, SettingsFile } from "#claude/settings.ts";

function file(scope: Scope, enabledPlugins: Readonly<Record<string, unknown>>): SettingsFile {
  return { scope, path: `/${scope}`, kind: "read", text: "", settings: { enabledPlugins } };
}

test("the last word counts, and every word is told with its file", () => {
  const files: readonly SettingsFile[] = [
    file("user", { "beta@mkt": true, "alpha@mkt": true }),
    { scope: "project", path: "/project", kind: "unreadable", detail: "no" },
    file("local", { "alpha@mkt": false }),
    file("managed", { "gamma@mkt": true }),
  ];
  expect(enablementsIn(files)).toEqual([
    {
      plugin: "alpha@mkt",
      enabled: false,
      words: [
        { scope: "user", path: "/user", enabled: true },
        { scope: "local", path: "/local", enabled: false },
      ],
    },
    { plugin: "beta@mkt", enabled: true, words: [{ scope: "user", path: "/user", enabled: true }] },
    { plugin: "gamma@mkt", enabled: true, words: [{ scope: "managed", path: "/managed", enabled: true }] },
  ]);
});

test.each([
  ["alpha@mkt", true, true],
  ["alpha@mkt", ["1.0.0"], false],
  ["alpha@mkt", "true", false],
  ["alpha@mkt", null, false],
  ["alpha@inline", false, false],
  ["alpha@inline", ["1.0.0"], true],
  ["alpha@skills-dir", null, true],
])("%s with %o is enabled: %s", (plugin, value, enabled) => {
  expect(enablementsIn([file("user", { [plugin]: value })])).toMatchObject([{ plugin, enabled }]);
});
