import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeFinding, weightOf } from "#audit/plugins/findings/describe-finding.ts";
import type { PluginFinding } from "#audit/plugins/findings/plugin-finding.ts";
import { SAMPLES } from "#test/plugin-finding-samples.ts";
import { objectId } from "#test/plugin-values.ts";

const PAGES = "docs/findings";
const samples: readonly PluginFinding[] = Object.values(SAMPLES);

test("every kind has a page, and every page a kind", () => {
  const pages = readdirSync(PAGES).filter((name) => name !== "README.md");
  expect(pages.sort()).toEqual(
    Object.keys(SAMPLES)
      .map((kind) => `${kind}.md`)
      .sort(),
  );
});

test.each(samples)("$kind: its page says what the audit says", (finding) => {
  const { kind, title, weight, mend, matters, leaves, page } = describeFinding(finding);
  const text = readFileSync(page, "utf8");
  expect(text.split("\n")[0]?.toLowerCase()).toBe(`# ${title}`.toLowerCase());
  expect(text).toContain(`\`${kind}\` · ${weight}`);
  for (const part of [mend.command ?? mend.words, mend.words, matters, leaves]) expect(text).toContain(part);
  expect(readFileSync(`${PAGES}/README.md`, "utf8").replaceAll(/ +/g, " ")).toContain(
    `| [${kind}](${kind}.md) | ${weight} | ${title} |`,
  );
});

test.each(samples)("$kind is told in whole sentences, with the names of the case", (finding) => {
  const { wrong, matters, leaves, mend, evidence } = describeFinding(finding);
  expect(wrong.length).toBeGreaterThan(10);
  expect(matters).toMatch(/\.$/);
  expect(leaves).toMatch(/\.$/);
  expect(mend.words.length).toBeGreaterThan(10);
  expect(mend.words.endsWith(".")).toBe(mend.command === null);
  for (const text of [wrong, ...evidence.for, ...evidence.against])
    expect(text).not.toMatch(/undefined|null|\[object/);
});

function wrongOf(finding: PluginFinding): string {
  return describeFinding(finding).wrong;
}

test("what does not bear on sessions here is a note", () => {
  for (const kind of ["marketplace-ahead", "cache-edited", "bytes-unexplained", "false-record"] as const) {
    expect(weightOf({ ...SAMPLES[kind], counts: false }), kind).toBe("note");
    expect(weightOf(SAMPLES[kind]), kind).not.toBe("note");
  }
});

test("the weight follows the facts", () => {
  const added = SAMPLES["files-added"];
  expect(weightOf({ ...added, byProducts: true })).toBe("unchecked");
  expect(weightOf({ ...added, counts: false })).toBe("note");
  const live = SAMPLES["directory-source-live"];
  expect([weightOf(live), weightOf({ ...live, same: true })]).toEqual(["finding", "note"]);
  expect(describeFinding({ ...live, same: true }).mend.command).toBeNull();
  expect(describeFinding({ ...live, scope: null }).mend.command).toBeNull();
  const doubt = describeFinding({ ...SAMPLES["nothing-to-compare"], why: "no-claim" });
  expect(doubt.wrong).toContain("which files it should have");
  const loaded = SAMPLES["loaded-without-record"];
  expect([weightOf({ ...loaded, by: "seed" }), weightOf({ ...loaded, counts: false })]).toEqual([
    "note",
    "note",
  ]);
  expect(weightOf({ ...SAMPLES["orphaned-but-held"], replaced: true })).toBe("note");
  expect(weightOf({ ...SAMPLES["clone-edited"], live: true })).toBe("note");
  const unloaded = SAMPLES["enabled-not-loaded"];
  for (const reason of ["overridden", "name-taken"] as const)
    expect(weightOf({ ...unloaded, reason })).toBe("note");
});

test("a history that was fetched is named with its age", () => {
  const fetchedAt = Date.UTC(2026, 0, 2, 3, 4);
  expect(wrongOf({ ...SAMPLES["clone-shallow"], fetchedAt })).toContain("fetched at 2026-01-02 03:04 UTC");
});

test("an update is advised only where it does something", () => {
  const ahead = SAMPLES["marketplace-ahead"];
  const command = (finding: PluginFinding) => describeFinding(finding).mend.command;
  expect(command(ahead)).toBe("claude plugin update NAME@MARKETPLACE --scope SCOPE");
  expect(command({ ...ahead, installed: "2.0.0" })).toContain("claude plugin uninstall NAME@MARKETPLACE");
  expect(command(SAMPLES["same-version-other-content"])).not.toContain("update");
});

test("commands are made for the scope, the project and the host, and are safe to run", () => {
  const of = (more: Partial<PluginFinding<"cache-edited">>) =>
    describeFinding({ ...SAMPLES["cache-edited"], plugin: "alpha@lab", ...more }).mend.command;
  expect(of({ scope: "project", projectPath: "/work/my app" })).toBe(
    "cd '/work/my app' && claude plugin uninstall alpha@lab --scope project --keep-data && claude plugin install alpha@lab --scope project",
  );
  expect(of({ scope: null, plugin: "it's;rm@lab" })).toContain("claude plugin install 'it'\\''s;rm@lab'");
  expect(of({ host: "codex" })).toBe("codex plugin add alpha@lab");
  const codex = { host: "codex", plugin: "alpha@lab" } as const;
  const commands = [
    describeFinding({ ...SAMPLES["marketplace-ahead"], ...codex }),
    describeFinding({ ...SAMPLES["record-points-nowhere"], ...codex }),
    describeFinding({ ...SAMPLES["records-contradict"], ...codex }),
    describeFinding({ ...SAMPLES["install-ahead"], ...codex }),
  ].map(({ mend }) => mend.command);
  for (const command of commands) expect(command).toMatch(/^codex plugin /);
});

test("nobody is told to remove a folder that is none of the host's clones", () => {
  for (const kind of ["clone-broken", "clone-edited"] as const) {
    const { mend } = describeFinding({ ...SAMPLES[kind], directory: "/home/u/work", own: false });
    expect(mend.command).toBeNull();
    expect(mend.words).toContain("why /home/u/work is taken for a clone");
  }
});

test.each([
  "marketplaces-unreadable",
  "marketplace-unknown",
  "not-offered",
  "overridden",
  "name-taken",
] as const)("enabled and not loaded, for %s: no command mends it", (reason) => {
  expect(describeFinding({ ...SAMPLES["enabled-not-loaded"], reason }).mend.command).toBeNull();
});

test.each([
  ["marketplace-missing", "claude plugin marketplace update MARKETPLACE"],
  ["marketplace-unreadable", "claude plugin marketplace update MARKETPLACE"],
  ["no-record", "claude plugin install NAME@MARKETPLACE"],
  ["no-record-applies", "claude plugin install NAME@MARKETPLACE"],
  ["records-unreadable", "claude plugin install NAME@MARKETPLACE"],
] as const)("enabled and not loaded, for %s: %s", (reason, command) => {
  expect(describeFinding({ ...SAMPLES["enabled-not-loaded"], reason }).mend.command).toBe(command);
});

test("what is not known is said to be unknown", () => {
  const ahead = {
    ...SAMPLES["marketplace-ahead"],
    installed: null,
    installedCommit: null,
    offeredCommit: null,
  };
  expect(wrongOf(ahead)).toBe(
    "no version is installed, and the marketplace has version 2.0.0 at an unknown commit",
  );
  const described = describeFinding({ ...ahead, commits: null });
  expect(described.evidence.against.join()).toContain("how far they are apart is not known");
  expect(describeFinding({ ...ahead, commits: [] }).evidence.for).toHaveLength(1);
});

const files = Array.from({ length: 7 }, (_, index) => ({ path: `f${index}`, how: "changed" as const }));
const clone = SAMPLES["clone-diverged"];
const same = SAMPLES["same-version-other-content"];

test.each<readonly [string, PluginFinding, string]>([
  ["a long list is cut", { ...SAMPLES["cache-edited"], files }, "changed f0, f1, f2, f3, f4 and 2 more"],
  [
    "proven by no commit",
    { ...SAMPLES["record-unproven"], proved: null },
    "the files are those that lie in the marketplace now",
  ],
  [
    "edited, against nothing",
    { ...SAMPLES["cache-edited"], files: [], against: null },
    "are those of no commit",
  ],
  [
    "edited, in a history that is cut",
    { ...SAMPLES["cache-edited"], searched: null, younger: false },
    "the history is cut",
  ],
  [
    "unexplained, differences not known",
    { ...SAMPLES["bytes-unexplained"], files: null },
    "which is recorded",
  ],
  ["by-products", { ...SAMPLES["files-added"], byProducts: true }, "running a plugin leaves behind"],
  [
    "a manifest that nothing else speaks of",
    { ...SAMPLES["manifest-version-differs"], recorded: null, folder: null },
    "the record says nothing, the folder nothing",
  ],
  ["an unrelated commit", { ...SAMPLES["false-record"], direction: "unrelated" }, 'those of bbbbbbbbbbbb"'],
  ["an older commit", { ...SAMPLES["false-record"], direction: "older" }, "which is older"],
  [
    "a proven commit that is not the pinned one",
    { ...SAMPLES["pin-ignored"], proved: objectId("c") },
    "byte for byte",
  ],
  ["ahead by versions", { ...SAMPLES["install-ahead"], proof: "versions" }, "versions are words"],
  [
    "the same version, installed commit unknown",
    { ...same, installedCommit: null, commits: null },
    "not shown by this alone",
  ],
  [
    "a session without an id",
    {
      ...SAMPLES["still-loaded"],
      sessions: [
        { pid: 7, sessionId: null, path: "/x" },
        { pid: 8, sessionId: null, path: "/x" },
      ],
    },
    "process 7 has /x",
  ],
  [
    "nobody has it",
    { ...SAMPLES["loaded-without-record"], pids: [], by: "environment" },
    "by CLAUDE_CODE_PLUGIN_DIRS",
  ],
  [
    "live and the same",
    { ...SAMPLES["directory-source-live"], same: true },
    "it still is what was installed",
  ],
  [
    "live, not known",
    { ...SAMPLES["directory-source-live"], same: null, installPath: null, scope: null },
    "is not known",
  ],
  [
    "two folders in a process, which was first unknown",
    { ...SAMPLES["two-versions-in-process"], first: null },
    "2 folders",
  ],
  [
    "several marks, one of another process",
    {
      ...SAMPLES["dead-holders"],
      marks: [
        { path: "/m 1", pid: 7, recycled: true },
        { path: "/m2", pid: 8, recycled: false },
      ],
    },
    "process 7 is another one by now",
  ],
  [
    "several leftovers",
    { ...SAMPLES["leftover-versions"], paths: ["/a", "/b"] },
    "2 folders of the cache are",
  ],
  [
    "behind by the remote's own word",
    { ...SAMPLES["clone-behind-remote"], seen: "remote", commits: null },
    "said so just now",
  ],
  ["diverged, history cut", { ...clone, ahead: null, behind: null }, "either may contain the other"],
  [
    "a clone of another repository",
    { ...SAMPLES["clone-unconfirmed"], address: "https://evil.example/x.git" },
    "fetches from https://evil.example/x.git",
  ],
  ["a clone at a tag", { ...SAMPLES["clone-unconfirmed"], pinned: true }, "of a tag that was cloned"],
  ["edited by its owner", { ...SAMPLES["clone-edited"], live: true }, "edits are to be expected"],
  ["everything was looked into", { ...SAMPLES["not-listed"], leftOut: 0 }, "EACCES"],
])("%s", (_name, finding, expected) => {
  expect(JSON.stringify(describeFinding(finding))).toContain(expected);
});

test("what a file says cannot write to the terminal", () => {
  const { wrong } = describeFinding({ ...SAMPLES["file-unreadable"], detail: "bad\u001b[2J\r\nline" });
  expect(wrong).toBe("FILE: bad line");
});
