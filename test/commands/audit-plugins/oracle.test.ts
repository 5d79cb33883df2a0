import { execFileSync } from "node:child_process";
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type AuditedCopy, auditedPlugins } from "#test/plugins/audited-plugins.ts";
import { deadHolder, liveHolder, reusedHolder } from "#test/plugins/holders.ts";
import { type LaidOutPlugins, layOutPlugins } from "#test/plugins/lay-out-plugins.ts";
import { marketplaceFiles, pluginFiles } from "#test/plugins/plugin-files.ts";
import * as issues from "#test/plugins/public-issues.ts";
import { newFilesUnderOldName, newVersionWithoutRecord } from "#test/plugins/version-issues.ts";

const SHALLOW_AND_WHOLE: readonly (readonly [string, (history: issues.History) => LaidOutPlugins])[] = [
  ["a recorded commit that is one behind", (history) => issues.commitOneBehind(history).world],
  ["a recorded commit that is gone", (history) => issues.commitOfFirstInstall(history).world],
  ["a version that moved on", (history) => issues.sameVersionMovedOn(history).world],
  ["old files installed again", (history) => issues.reinstallBringsOldFiles(history).world],
  ["holders that have ended", (history) => issues.deadHolders(history).world],
  ["a record that moved without its files", (history) => issues.recordMovedBytesOld(history).world],
  ["a record without a folder", (history) => issues.recordWithoutFolder(history).world],
];
const OTHERS: readonly (readonly [string, () => LaidOutPlugins])[] = [
  ["a pin that was ignored", () => issues.pinIgnored().world],
  ["a process in two versions", () => issues.onePidInTwoVersions().world],
  ["new files under an old name", newFilesUnderOldName],
  ["a new version without a record", newVersionWithoutRecord],
  ["links, programs and edits, at several scopes", oddShapes],
];

test.each([
  ...SHALLOW_AND_WHOLE.flatMap(([name, make]) =>
    (["shallow", "whole"] as const).map((history) => [`${name}, ${history}`, () => make(history)] as const),
  ),
  ...OTHERS,
])("git itself agrees: %s", async (_, make) => {
  const world = make();
  onTestFinished(() => world.remove());
  const before = entriesOf(world.configDirectory);
  const said = saidByGit(world);
  const { audit } = await auditedPlugins(world);
  const copies = audit.plugins.flatMap(({ id, copies: own }) =>
    own.filter(({ record }) => record !== null).map((copy) => [id, copy] as const),
  );
  expect(copies.map(([id, copy], at) => ourWord(id, copy, said[at]))).toEqual(said);
  expect(said).not.toEqual([]);
  expect(entriesOf(world.configDirectory)).toEqual(before);
});

type Line = Readonly<Record<(typeof FIELDS)[number], string>>;

const FIELDS = [
  "id",
  "scope",
  "path",
  "there",
  "tree",
  "newest",
  "recorded",
  "claim",
  "head",
  "dead",
] as const;
const ORACLE = join(import.meta.dirname, "../../support/plugins/oracle.sh");

function saidByGit({ configDirectory, home }: LaidOutPlugins): readonly Line[] {
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: home };
  const lines = execFileSync("sh", [ORACLE, configDirectory], { encoding: "utf8", env })
    .trimEnd()
    .split("\n");
  return lines.map((line) => {
    const cells = line.split("\t");
    const cell = (name: (typeof FIELDS)[number]): string => cells[FIELDS.indexOf(name)] ?? "";
    return {
      id: cell("id"),
      scope: cell("scope"),
      path: cell("path"),
      there: cell("there"),
      tree: cell("tree"),
      newest: cell("newest"),
      recorded: cell("recorded"),
      claim: cell("claim"),
      head: cell("head"),
      dead: cell("dead"),
    };
  });
}

/** The same line, by the audit. Of several commits with the same folder it names the recorded one before others. */
function ourWord(id: string, copy: AuditedCopy, said: Line | undefined): Line {
  const there = copy.stands === "folder";
  const known = there && copy.match.kind !== "not-searched";
  const preferred = copy.match.commit === said?.recorded && said?.claim === "yes" ? said?.newest : undefined;
  return {
    id,
    scope: copy.record?.scope ?? "",
    path: copy.path,
    there: there ? "there" : "absent",
    tree: copy.tree ?? "-",
    newest: known ? (preferred ?? newestOf(copy)) : "-",
    recorded: copy.record?.gitCommitSha ?? "-",
    claim: known ? claimOf(copy) : "-",
    head: known ? (copy.match.isHead === true ? "yes" : "no") : "-",
    dead: String(copy.holders.filter(({ state }) => state !== "alive").length),
  };
}

function newestOf({ match }: AuditedCopy): string {
  if (match.kind === "found") return match.commit ?? "";
  return match.whole === true ? "none" : "cut";
}

function claimOf({ recorded, tree }: AuditedCopy): string {
  if (recorded.kind === "none") return "-";
  if (recorded.kind === "not-here") return "not-here";
  return recorded.kind === "here" && recorded.tree === tree ? "yes" : "no";
}

/** Everything below a folder, with its kind, size and times. */
function entriesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const { mode, size, mtimeMs, ctimeMs, ino } = lstatSync(join(folder, name));
      return [name, mode, size, mtimeMs, ctimeMs, ino].join(" ");
    });
}

function oddShapes(): LaidOutPlugins {
  const more = {
    "a file with blanks.md": "one\n",
    "bin/run": { executable: "#!/bin/sh\n" },
    "bin/alias": { linkTo: "run" },
    ".hidden": "",
    "bytes.bin": { bytes: Uint8Array.of(0, 13, 10, 255) },
  };
  const at = (commit: string) => ({ repository: "lab/mkt", commit });
  const all = (commit: string) => ({ ...at(commit), folder: "." });
  return layOutPlugins({
    repositories: [
      {
        name: "lab/mkt",
        commits: [
          {
            label: "one",
            files: {
              ...marketplaceFiles("lab", [
                { name: "alpha", source: "./plugins/alpha/" },
                { name: "whole", source: "./" },
              ]),
              ...pluginFiles({ name: "alpha", version: "1.0.0", more }),
            },
          },
          { label: "two", files: { "plugins/alpha/bin/run": "#!/bin/sh\n" } },
          { label: "three", files: { "plugins/alpha/bin/run": more["bin/run"], "README.md": "three\n" } },
          { label: "four", files: { "plugins/alpha/last": "four\n" } },
        ],
      },
    ],
    marketplaces: [{ name: "lab", repository: "lab/mkt", history: "whole" }],
    records: {
      "alpha@lab": [
        { version: "1.0.0", commit: at("one") },
        { version: "1.0.1", commit: at("two"), scope: "project", project: "app" },
        { version: "1.0.2", commit: at("four"), scope: "local", project: "app" },
        { version: "1.0.3", commit: "0123456789012345678901234567890123456789" },
        { version: "1.0.4" },
      ],
      "whole@lab": [{ version: "local", commit: at("three") }],
    },
    caches: [
      { plugin: "alpha@lab", version: "1.0.0", from: at("one"), orphanedAt: 1 },
      {
        plugin: "alpha@lab",
        version: "1.0.1",
        from: at("one"),
        holders: [liveHolder(process.pid), deadHolder()],
      },
      { plugin: "alpha@lab", version: "1.0.2", from: at("four"), edits: { last: "edited\n", added: "x" } },
      { plugin: "alpha@lab", version: "1.0.3", from: at("two"), holders: [reusedHolder(process.pid)] },
      { plugin: "alpha@lab", version: "1.0.4", from: at("three"), edits: { ".hidden": null } },
      { plugin: "whole@lab", version: "local", from: all("three") },
    ],
    projects: { app: {} },
  });
}
