import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { auditedPlugins } from "#test/plugins/audited-plugins.ts";
import type { LaidOutPlugins } from "#test/plugins/lay-out-plugins.ts";
import * as issues from "#test/plugins/public-issues.ts";
import { newFilesUnderOldName, newVersionWithoutRecord } from "#test/plugins/version-issues.ts";

type Case = {
  readonly make: () => LaidOutPlugins;
  readonly verdict: Readonly<Record<string, unknown>>;
  readonly finding: Readonly<Record<string, unknown>>;
  readonly code: 0 | 1 | 2;
  /** What a comparison of commits says: the recorded one with HEAD of the clone. */
  readonly commits: "same" | "differ";
};

const CASES: readonly (readonly [string, Case])[] = [
  [
    "anthropics/claude-code#28675, the whole history",
    {
      make: () => issues.commitOneBehind("whole").world,
      verdict: { kind: "false-record" },
      finding: { kind: "false-record", direction: "newer" },
      code: 1,
      commits: "differ",
    },
  ],
  [
    "anthropics/claude-code#28675, a shallow clone",
    {
      make: () => issues.commitOneBehind("shallow").world,
      verdict: { kind: "unknown", why: "record-not-proven" },
      finding: { kind: "record-unproven", weight: "unchecked" },
      code: 2,
      commits: "differ",
    },
  ],
  [
    "anthropics/claude-code#41922",
    {
      make: () => issues.pinIgnored().world,
      verdict: { kind: "behind", who: "install" },
      finding: { kind: "pin-ignored" },
      code: 1,
      commits: "differ",
    },
  ],
  [
    "anthropics/claude-code#33653",
    {
      make: () => issues.sameVersionMovedOn("whole").world,
      verdict: { kind: "drifted", why: "same-version" },
      finding: { kind: "same-version-other-content" },
      code: 1,
      commits: "differ",
    },
  ],
  [
    "anthropics/claude-code#38478",
    {
      make: newFilesUnderOldName,
      verdict: { kind: "false-record" },
      finding: { kind: "manifest-version-differs", manifest: "2.0.0", recorded: "1.0.0" },
      code: 1,
      commits: "same",
    },
  ],
  [
    "anthropics/claude-code#39751",
    {
      make: () => issues.reinstallBringsOldFiles("whole").world,
      verdict: { kind: "in-sync" },
      finding: { kind: "clone-behind-remote", commits: 1 },
      code: 1,
      commits: "same",
    },
  ],
  [
    "anthropics/claude-code#59389",
    {
      make: () => issues.commitOfFirstInstall("whole").world,
      verdict: { kind: "unknown", why: "record-not-proven" },
      finding: { kind: "record-unproven", weight: "unchecked" },
      code: 2,
      commits: "differ",
    },
  ],
  [
    "anthropics/claude-code#76882",
    {
      make: newVersionWithoutRecord,
      verdict: { kind: "behind", who: "install", commits: 1 },
      finding: { kind: "marketplace-ahead", installed: "1.0.0", offered: "2.0.0" },
      code: 1,
      commits: "differ",
    },
  ],
  [
    "anthropics/claude-code#82145",
    {
      make: () => issues.deadHolders("whole").world,
      verdict: { kind: "in-sync" },
      finding: { kind: "dead-holders", marks: { length: 3 } },
      code: 0,
      commits: "same",
    },
  ],
  [
    "anthropics/claude-code#95420",
    {
      make: () => issues.onePidInTwoVersions().world,
      verdict: { kind: "ambiguous" },
      finding: { kind: "two-versions-in-process", pid: process.pid },
      code: 1,
      commits: "same",
    },
  ],
  [
    "melodic-software/claude-code-plugins#3681, the whole history",
    {
      make: () => issues.recordMovedBytesOld("whole").world,
      verdict: { kind: "false-record" },
      finding: { kind: "false-record", direction: "older" },
      code: 1,
      commits: "same",
    },
  ],
  [
    "melodic-software/claude-code-plugins#3681, a shallow clone",
    {
      make: () => issues.recordMovedBytesOld("shallow").world,
      verdict: { kind: "drifted", why: "unexplained" },
      finding: { kind: "bytes-unexplained" },
      code: 1,
      commits: "same",
    },
  ],
];

test.each(CASES)("%s", async (_, { make, verdict, finding, code, commits }) => {
  const world = make();
  onTestFinished(() => world.remove());
  const { code: exitCode, audit } = await auditedPlugins(world);
  const [plugin, ...others] = audit.plugins;
  expect(plugin?.consistency).toMatchObject(verdict);
  expect([...(plugin?.findings ?? []), ...audit.findings]).toContainEqual(
    expect.objectContaining(looked(finding)),
  );
  expect(others).toEqual([]);
  expect(exitCode).toBe(code);
  expect(comparedByCommits(world)).toBe(commits);
});

/** A member that is an object may have more members than are asked for. */
function looked(finding: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(finding).map(([name, value]) => [
      name,
      typeof value === "object" && value !== null ? expect.objectContaining(value) : value,
    ]),
  );
}

const Installed = z.looseObject({
  plugins: z.record(z.string(), z.array(z.looseObject({ gitCommitSha: z.string() }))),
});

/** What tools did so far: they take the recorded commit for the installed one. */
function comparedByCommits(world: LaidOutPlugins): "same" | "differ" {
  const text = readFileSync(join(world.pluginsDirectory, "installed_plugins.json"), "utf8");
  const recorded = parseJson(text, Installed).plugins["alpha@lab"]?.[0]?.gitCommitSha;
  return recorded === world.gitIn(world.marketplacePath("lab"), "rev-parse", "HEAD") ? "same" : "differ";
}
