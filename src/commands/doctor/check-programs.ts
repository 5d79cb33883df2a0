import { readIfPresent } from "#base/files.ts";
import { isProgram } from "#base/find-program.ts";
import { isOlder } from "#codex/installation.ts";
import { launcherFiles } from "#commands/setup/launcher-files.ts";
import { anyFolder } from "#git/git-place.ts";
import { runGit } from "#git/run-git.ts";
import { askVersion } from "./ask-version.ts";
import { type Check, check, type Examined } from "./check.ts";

/** As package.json has it under `engines`. */
const OLDEST_NODE = "20.12.0";

/** The Node that runs this command, and the one that the launcher tries first. */
export async function checkNode(examined: Examined, signal: AbortSignal): Promise<readonly Check[]> {
  const here = `this command runs on ${process.version} (${process.execPath})`;
  const recorded = readIfPresent(launcherFiles(examined.locations.launch).node)?.trim();
  if (recorded === undefined) {
    const detail = [here, "no launcher is set up that names another"];
    return [check("node", "ok", { what: process.version, detail })];
  }
  if (!isProgram(recorded, examined.platform)) {
    const what = "The Node.js that the hooks were set up with is gone; the launcher looks for another";
    const next = "Run `countersign setup` with the Node.js that you use now.";
    return [check("node", "warning", { what, detail: [here, `the launcher names ${recorded}`], next })];
  }
  const said = await askVersion(recorded, examined, signal);
  const detail = [
    here,
    `the hooks run on ${said.kind === "version" ? `v${said.version} ` : ""}(${recorded})`,
  ];
  if (said.kind === "silent") {
    const next = "Run `countersign setup` with a Node.js that starts.";
    return [
      check("node", "warning", {
        what: "The hooks' Node.js does not start",
        detail: [...detail, said.why],
        next,
      }),
    ];
  }
  if (isOlder(said.version, OLDEST_NODE)) {
    const next = `Run \`countersign setup\` with Node.js ${OLDEST_NODE} or newer.`;
    return [check("node", "broken", { what: "The hooks' Node.js is too old", detail, next })];
  }
  return [check("node", "ok", { what: `v${said.version}`, detail })];
}

/** The git that takes the snapshots. */
export async function checkGit(examined: Examined, signal: AbortSignal): Promise<readonly Check[]> {
  const said = await runGit(anyFolder(examined.home), { arguments: ["--version"] }, signal);
  const version = said.toString("utf8").trim();
  return [check("git", "ok", { what: version.replace(/^git version /, "") })];
}
