import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditInPlace, type Diagnosis, diagnosed, diagnosisOf } from "#test/plugins/audited-scene.ts";
import type { Upstream } from "#test/plugins/make-upstream.ts";
import {
  installPlugin,
  uninstallPlugin,
  updateMarketplace,
  updatePlugin,
} from "#test/plugins/plugin-steps.ts";
import { makePluginWorld, type PluginWorld } from "#test/plugins/plugin-world.ts";
import { cachePath, changeRecords, installFromGit, keepState, PLUGIN } from "#test/plugins/scene.ts";
import * as sources from "#test/plugins/source-scenes.ts";

let world: PluginWorld;
let anew: () => void;

beforeAll(async () => {
  world = await makePluginWorld();
  const putBack = keepState(world);
  anew = () => {
    putBack();
    rmSync(join(world.home.root, "countersign"), { recursive: true, force: true });
  };
});
afterAll(() => world.close());

type Row = readonly [name: string, make: () => Promise<unknown>, shallow: Diagnosis, whole: Diagnosis];

const ROWS: readonly Row[] = [
  [
    "upstream moved",
    () => published("two"),
    diagnosed("in-sync", "record", 0),
    diagnosed("in-sync", "record", 1, "clone-behind-remote"),
  ],
  [
    "an old install",
    () => fetched("two"),
    diagnosed("behind", "record", 1, "bytes-unproven marketplace-ahead"),
    diagnosed("behind 1", "record", 1, "marketplace-ahead"),
  ],
  [
    "the same version with other content",
    () => fetched("changed"),
    diagnosed("drifted", "record", 1, "bytes-unproven same-version-other-content"),
    diagnosed("drifted", "record", 1, "same-version-other-content"),
  ],
  [
    "an old install that was edited",
    editedAndOld,
    diagnosed("behind", "record", 1, "bytes-unproven marketplace-ahead"),
    diagnosed("tampered", "record", 1, "cache-edited marketplace-ahead"),
  ],
  [
    "a record ahead of its bytes",
    recordAhead,
    diagnosed("drifted", "record", 1, "bytes-unexplained"),
    diagnosed("false-record", "record", 1, "false-record:older"),
  ],
  [
    "a record behind its bytes",
    recordBehind,
    diagnosed("unknown", "record", 2, "leftover-versions record-unproven"),
    diagnosed("false-record", "record", 1, "false-record:newer leftover-versions"),
  ],
  [
    "a record of another branch",
    recordBeside,
    diagnosed("unknown", "record", 2, "record-unproven"),
    diagnosed("false-record", "record", 1, "false-record:unrelated"),
  ],
  [
    "a repository of its own",
    () => sources.fromGithub(world),
    diagnosed("unknown", "record", 2, "bytes-unproven"),
    diagnosed("in-sync", "record", 0),
  ],
  [
    "a folder of a repository, pinned",
    () => sources.folderPinnedToCommit(world),
    diagnosed("unknown", "record", 2, "bytes-unproven"),
    diagnosed("in-sync", "record", 0),
  ],
  [
    "a repository by its tag",
    () => sources.pinnedToTag(world),
    diagnosed("unknown", "record", 2, "bytes-unproven"),
    diagnosed("in-sync", "record", 0),
  ],
  [
    "a pin that moved on",
    () => sources.pinMovedOn(world),
    diagnosed("behind", "record", 1, "bytes-unproven pin-ignored"),
    diagnosed("drifted", "record", 1, "pin-ignored same-version-other-content"),
  ],
  [
    "a remote that is gone",
    remoteGone,
    diagnosed("behind", "record", 1, "bytes-unproven marketplace-ahead"),
    diagnosed("behind", "record", 1, "bytes-unproven marketplace-ahead remote-not-answered"),
  ],
];

test.each(ROWS)("%s", async (_name, make, shallow, whole) => {
  anew();
  await make();
  const [here, asked] = [await auditInPlace(world), await auditInPlace(world, { words: ["--fetch"] })];
  expect([diagnosisOf(here, PLUGIN), diagnosisOf(asked, PLUGIN)]).toEqual([shallow, whole]);
  expect(here.findings.map(({ kind }) => kind)).toContain("clone-shallow");
});

async function published(label: string): Promise<Upstream> {
  const upstream = await installFromGit(world);
  world.publish(upstream, label);
  return upstream;
}

/** 1.0.0 is installed, and the clone has gone on. */
async function fetched(label: string): Promise<Upstream> {
  const upstream = await published(label);
  await updateMarketplace(world, "labmkt");
  return upstream;
}

async function editedAndOld(): Promise<void> {
  await fetched("two");
  writeFileSync(join(cachePath(world, "1.0.0"), "hooks/stop.sh"), "#!/bin/sh\nexit 0\n");
}

async function recordAhead(): Promise<void> {
  claim((await fetched("two")).commit("two"));
}

async function recordBehind(): Promise<void> {
  const upstream = await fetched("two");
  await updatePlugin(world, PLUGIN);
  claim(upstream.commit("one"));
}

/** Upstream took its 2.0.0 back by a forced push, and what it has now was installed. */
async function recordBeside(): Promise<void> {
  const upstream = await fetched("changed");
  await uninstallPlugin(world, PLUGIN);
  await installPlugin(world, PLUGIN);
  claim(upstream.commit("two"));
}

async function remoteGone(): Promise<void> {
  const upstream = await fetched("two");
  rmSync(upstream.path, { recursive: true });
}

function claim(gitCommitSha: string): void {
  changeRecords(world, (records) => records.map((record) => ({ ...record, gitCommitSha })));
}
