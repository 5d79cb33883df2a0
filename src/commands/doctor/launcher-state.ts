import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { readIfPresent } from "#base/files.ts";
import { isProgram } from "#base/find-program.ts";
import { digestOfHooks } from "#commands/setup/launcher.ts";
import { launcherFiles } from "#commands/setup/launcher-files.ts";
import { launcherModule, launcherScript } from "#commands/setup/launcher-script.ts";

/** What lies behind a registered launcher. */
export type LauncherState =
  | { readonly kind: "missing"; readonly what: string }
  | {
      readonly kind: "there";
      /** Whether the launcher has the bytes that this version of setup writes. */
      readonly asWritten: boolean;
      /** The folder of the copy that it runs, and what that is by its name. */
      readonly copy: string;
      readonly version: string;
      /** Whether the copy's bytes are those that its name tells. */
      readonly unchanged: boolean;
      readonly digest: string;
    };

/** Returns what a launcher is and runs, judged by bytes. */
export function launcherState(path: string, platform: NodeJS.Platform): LauncherState {
  const isModule = path.endsWith(".cjs");
  if (!existsSync(path)) return { kind: "missing", what: `${path} is not there` };
  if (!isModule && !isProgram(path, platform))
    return { kind: "missing", what: `${path} may not be executed` };
  const files = launcherFiles(dirname(realpathSync(path)));
  const name = readIfPresent(files.current)?.trim() ?? "";
  const copy = join(dirname(files.current), name);
  const stop = join(copy, "stop", "stop.cjs");
  if (name === "" || basename(name) !== name || !existsSync(stop)) {
    return { kind: "missing", what: `${name === "" ? files.current : stop}, which it runs, is not there` };
  }
  const digest = digestOfHooks(copy);
  return {
    kind: "there",
    asWritten: readIfPresent(path) === (isModule ? launcherModule() : launcherScript()),
    copy,
    version: name.replace(/-[0-9a-f]{12}$/, ""),
    unchanged: name.endsWith(`-${digest.slice(0, 12)}`),
    digest,
  };
}
