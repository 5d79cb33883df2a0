import { expect, test } from "vitest";
import { declaredMarketplaces, marketplacePolicies } from "#claude/plugins/marketplace-policy.ts";
import type { Scope, SettingsFile } from "#claude/settings.ts";

const GITHUB = { source: "github", repo: "lab/mkt" };

function file(scope: Scope, settings: Readonly<Record<string, unknown>>): SettingsFile {
  return { scope, path: `/${scope}`, kind: "read", text: "", settings };
}

test("marketplaces that settings declare are told in the order of the files", () => {
  const files: readonly SettingsFile[] = [
    file("user", { extraKnownMarketplaces: { mkt: { source: GITHUB, autoUpdate: true }, odd: 3 } }),
    { scope: "project", path: "/project", kind: "absent" },
    file("managed", { extraKnownMarketplaces: { mkt: { source: { source: "directory", path: "/m" } } } }),
    file("local", { extraKnownMarketplaces: [] }),
  ];
  expect(declaredMarketplaces(files)).toEqual([
    {
      name: "mkt",
      scope: "user",
      path: "/user",
      source: { kind: "github", repo: "lab/mkt", ref: null },
      autoUpdate: true,
    },
    {
      name: "mkt",
      scope: "managed",
      path: "/managed",
      source: { kind: "directory", path: "/m" },
      autoUpdate: null,
    },
  ]);
});

test("only an administrator says which marketplaces may be", () => {
  const lists = { strictKnownMarketplaces: [GITHUB, { source: "skills-dir" }], blockedMarketplaces: [] };
  expect(marketplacePolicies([file("user", lists), file("local", lists)])).toEqual([]);
  expect(marketplacePolicies([file("managed", { strictKnownMarketplaces: null })])).toEqual([]);
  expect(marketplacePolicies([file("managed", lists)])).toEqual([
    {
      kind: "only",
      path: "/managed",
      sources: [
        { kind: "github", repo: "lab/mkt", ref: null },
        { kind: "other", name: "skills-dir" },
      ],
    },
    { kind: "blocked", path: "/managed", sources: [] },
  ]);
});
