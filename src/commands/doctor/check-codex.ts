import { realpathSync } from "node:fs";
import { findProgram, findPrograms, programNames } from "#base/find-program.ts";
import { CodexFault } from "#codex/fault.ts";
import { type CodexInstallation, codexAt, findCodex } from "#codex/installation.ts";
import { failureLine, failureMessage } from "#gate/failure/failure-message.ts";
import { FAILURE_TEXTS } from "#gate/failure/failure-texts.ts";
import { type Check, check, type Examined } from "./check.ts";

/** What a program gets as PATH that the desktop starts, and whatever it starts. */
const DESKTOP_PATH = "/usr/bin:/bin";

/** Every `codex` that could answer, in the order in which they are looked for; the first one does. */
export async function checkCodex(examined: Examined, signal: AbortSignal): Promise<readonly Check[]> {
  const named = examined.environment["COUNTERSIGN_CODEX"] ?? "";
  const onPath = findPrograms(
    programNames("codex", examined.platform),
    examined.environment,
    examined.platform,
  );
  // All at once: each that hangs takes as long as asking for a version may take.
  const [chosen, ...all] = await Promise.all([
    choose(examined, signal),
    ...onPath.map((path) => describe(path, examined, signal)),
  ]);
  const detail = [
    ...(named === "" ? [] : [`COUNTERSIGN_CODEX names ${named}, which goes before PATH`]),
    ...all.map(({ text }, index) => `${index === 0 ? "first" : "then"} on PATH: ${text}`),
    ...desktopNote(examined, named),
  ];
  if (chosen instanceof CodexFault) {
    const what = `${failureLine(chosen.failure)}; every stop is let through until then`;
    return [check("codex", "broken", { what, detail, next: FAILURE_TEXTS[chosen.failure.kind].next })];
  }
  const { version, path } = chosen;
  const versions = new Set([version, ...all.flatMap((one) => one.version ?? [])]);
  if (versions.size === 1) return [check("codex", "ok", { what: `${version} (${path})`, detail })];
  const what = `${version} (${path}) answers, and others are on PATH`;
  const next = "Keep one, or name the one that you mean in COUNTERSIGN_CODEX.";
  return [check("codex", "warning", { what, detail, next })];
}

/** The one that a review would use, or why there is none. */
async function choose(
  { environment }: Examined,
  signal: AbortSignal,
): Promise<CodexInstallation | CodexFault> {
  try {
    return await findCodex(environment, signal);
  } catch (error) {
    if (error instanceof CodexFault) return error;
    throw error;
  }
}

type Described = { readonly text: string; readonly version: string | undefined };

async function describe(path: string, examined: Examined, signal: AbortSignal): Promise<Described> {
  const { environment, platform } = examined;
  const machine = { platform, arch: process.arch };
  try {
    const found = await codexAt(path, { machine, environment }, signal);
    const native = found.path === path ? "" : `, which runs ${found.path}`;
    return { text: `${found.version} ${path}${native}`, version: found.version };
  } catch (error) {
    if (!(error instanceof CodexFault)) throw error;
    return { text: `${path} (${realpathSync(path)}): ${failureMessage(error.failure)}`, version: undefined };
  }
}

/** Hooks look on the PATH of the host, which a desktop does not take from anybody's shell. */
function desktopNote({ environment, platform }: Examined, named: string): readonly string[] {
  if (platform === "win32" || named !== "") return [];
  const names = programNames("codex", platform);
  if (findProgram(names, { ...environment, PATH: DESKTOP_PATH }, platform) !== undefined) return [];
  return [
    `a Claude Code that the desktop starts with PATH=${DESKTOP_PATH} finds none: name it there in the settings' "env" as COUNTERSIGN_CODEX`,
  ];
}
