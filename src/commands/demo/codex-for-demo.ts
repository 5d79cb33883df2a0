import { existsSync, rmSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { execa } from "execa";
import { makeScratchFolder } from "#base/scratch-folder.ts";
import { CodexFault } from "#codex/fault.ts";
import { type CodexInstallation, findCodex, supportsSharedSocket } from "#codex/installation.ts";
import { type Call, UsageFault } from "#commands/command.ts";
import { distFolder } from "#commands/installation.ts";
import type { Narrator } from "./narrator.ts";

/**
 * Returns the `codex` on PATH where it can share a server, else the pinned one of a source
 * checkout, which is installed there on first use.
 *
 * @throws UsageFault where there is neither.
 */
export async function codexForDemo(call: Call, narrator: Narrator): Promise<CodexInstallation> {
  const onPath = await found(call, call.environment["PATH"] ?? "");
  if (onPath !== undefined && supportsSharedSocket(onPath.version)) return onPath;
  const folder = join(resolve(distFolder(), ".."), "test", "real");
  if (!existsSync(join(folder, "package.json"))) throw noCodex(onPath);
  if (!existsSync(join(folder, "node_modules", ".bin", "codex"))) {
    narrator.detail("No codex from 0.128 on is on PATH: installing the pinned one (once, some 400 MB)");
    await execa("npm", ["install", "--no-save", "--no-audit", "--no-fund"], {
      cwd: folder,
      stdio: ["ignore", 2, 2],
      cancelSignal: call.signal,
    });
  }
  const pinned = await found(call, join(folder, "node_modules", ".bin"));
  if (pinned === undefined) throw noCodex(onPath);
  return pinned;
}

/** Asked for its version, Codex 0.169 makes folders in its home: it gets one that goes again. */
async function found(call: Call, path: string): Promise<CodexInstallation | undefined> {
  const codexHome = makeScratchFolder("demo");
  try {
    const PATH = `${path}${delimiter}${call.environment["PATH"] ?? ""}`;
    return await findCodex({ ...call.environment, PATH, CODEX_HOME: codexHome }, call.signal);
  } catch (error) {
    if (error instanceof CodexFault) return undefined;
    throw error;
  } finally {
    rmSync(codexHome, { recursive: true, force: true });
  }
}

function noCodex(old: CodexInstallation | undefined): UsageFault {
  const what = old === undefined ? "no codex is on PATH" : `codex ${old.version} at ${old.path} is too old`;
  return new UsageFault({
    kind: "usage",
    text: `${what}; the demo needs one from 0.128 on: npm install --global @openai/codex`,
  });
}
