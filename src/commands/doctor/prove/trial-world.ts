import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChildEnvironment } from "#base/environment.ts";
import { readIfPresent } from "#base/files.ts";
import { makeScratchFolder } from "#base/scratch-folder.ts";
import { codexConfig } from "#commands/demo/codex-config.ts";
import { type PlantedLine, type StandInModel, startStandInModel } from "#commands/demo/stand-in-model.ts";
import type { Examined } from "#commands/doctor/check.ts";
import { anyFolder } from "#git/git-place.ts";
import { runGit } from "#git/run-git.ts";
import { workTreeRoot } from "#git/work-tree-root.ts";
import { type Locations, locationsOf } from "#runs/locations.ts";
import { endKeepers } from "./end-keepers.ts";

/** What a trial works on: a repository, a state root and a Codex home of its own, and a played model. */
export type TrialWorld = {
  readonly repository: string;
  readonly locations: Locations;
  readonly model: StandInModel;
  /** The variables that lead hooks here instead of to the user's records and model. */
  readonly environment: ChildEnvironment;
  /** Adds a line to a file, as an agent would, and returns it. */
  plant(): PlantedLine;
  /** Ends what was started in it and removes all of it. */
  close(): Promise<void>;
};

const FILE = "notes.txt";
const PROJECT_CONFIG = ".countersign.json";
const IDENTITY = ["-c", "user.name=Countersign", "-c", "user.email=countersign@localhost"] as const;

/** Makes the world. The project's own configuration comes along, so that the trial is as strict as it. */
export async function makeTrialWorld(
  { cwd, home, platform }: Examined,
  signal: AbortSignal,
): Promise<TrialWorld> {
  const root = makeScratchFolder("proof");
  const repository = join(root, "repository");
  const state = join(root, "state");
  const codexHome = join(root, "codex");
  const planted: PlantedLine[] = [];
  const model = await startStandInModel(() => planted);
  const world = {
    repository,
    locations: locationsOf({ COUNTERSIGN_HOME: state }, home, platform),
    model,
    environment: { COUNTERSIGN_HOME: state, CODEX_HOME: codexHome },
    plant: () => {
      const line = { file: FILE, number: planted.length + 2, text: `A line for trial ${trialName()}.` };
      planted.push(line);
      appendFileSync(join(repository, FILE), `${line.text}\n`);
      return line;
    },
    close: async () => {
      await model.close();
      await endKeepers(join(state, "servers"));
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    for (const folder of [repository, state, codexHome]) mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(codexHome, "config.toml"), codexConfig(model.url));
    await commitFirst(repository, readIfPresent(join(workTreeRoot(cwd) ?? cwd, PROJECT_CONFIG)), signal);
    return world;
  } catch (error) {
    await world.close();
    throw error;
  }
}

async function commitFirst(
  repository: string,
  projectConfig: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  writeFileSync(join(repository, FILE), "The first line.\n");
  if (projectConfig !== undefined) writeFileSync(join(repository, PROJECT_CONFIG), projectConfig);
  const commit = ["commit", "--quiet", "--no-gpg-sign", "--message=Begin"];
  for (const words of [
    ["init", "--quiet"],
    ["add", "--all"],
    [...IDENTITY, ...commit],
  ]) {
    await runGit(anyFolder(repository), { arguments: words }, signal);
  }
}

/** Short, so that it does not look like a secret, which a reviewer would not be shown. */
function trialName(): string {
  return randomUUID().slice(0, 8);
}
