import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { settingsPaths } from "#claude/settings.ts";
import { BUILT } from "#commands/installation.ts";
import type { LauncherParts } from "#commands/setup/launcher.ts";
import type { SetupPlace } from "#commands/setup/setup.ts";

/** A machine on which nothing is set up yet: empty settings, a state root and a build that does nothing. */
export type SetupStage = {
  readonly root: string;
  readonly place: SetupPlace;
  readonly launcher: LauncherParts;
  /** Writes a file below the root, with the folders above it. */
  readonly write: (path: string, text: string) => void;
  /** Every file below the root with its text, so that a test can say that nothing was written. */
  readonly everything: () => readonly string[];
  readonly remove: () => void;
};

/** Makes such a machine in a temporary folder. Its managed settings lie there too. */
export function makeSetupStage(): SetupStage {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "countersign-setup-")));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const dist = join(root, "dist");
  for (const name of BUILT) write(join(dist, name, `${name}.cjs`), 'console.log("{}")');
  const settings = settingsPaths(join(root, "config"), join(root, "project"), "linux");
  return {
    root,
    place: {
      settings: { ...settings, managed: join(root, "managed.json") },
      launchDirectory: join(root, "state", "launch"),
      platform: "linux",
    },
    launcher: { dist, version: "1.0.0", node: process.execPath },
    write,
    everything: () =>
      readdirSync(root, { recursive: true, encoding: "utf8" })
        .filter((name) => lstatSync(join(root, name)).isFile())
        .map((name) => `${name}: ${readFileSync(join(root, name), "utf8")}`)
        .sort(),
    remove: () => rmSync(root, { recursive: true }),
  };
}
