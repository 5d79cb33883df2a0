import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Examined } from "#commands/doctor/check.ts";
import { locationsOf } from "#runs/locations.ts";
import { scratchFolder } from "./scratch-folder.ts";

/** A machine that doctor looks at: a home, a project and a state root in one folder of the test. */
export type ExaminedStage = {
  readonly root: string;
  readonly examined: Examined;
  /** Writes a file below the root, with the folders above it, and returns its path. */
  write(path: string, content: string | object, mode?: number): string;
};

/** Makes an empty one. Its state root is `state`, its home `home`, its project `project`. */
export function examinedStage(environment: Readonly<Record<string, string>> = {}): ExaminedStage {
  const root = scratchFolder();
  const home = join(root, "home");
  const cwd = join(root, "project");
  for (const folder of [home, cwd]) mkdirSync(folder);
  const variables = {
    HOME: home,
    PATH: "/nonexistent",
    COUNTERSIGN_HOME: join(root, "state"),
    ...environment,
  };
  return {
    root,
    examined: {
      environment: variables,
      home,
      platform: "linux",
      cwd,
      now: new Date("2026-01-02T12:00:00.000Z"),
      locations: locationsOf(variables, home, "linux"),
    },
    write: (path, content, mode = 0o644) => {
      const file = join(root, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content), { mode });
      return file;
    },
  };
}
