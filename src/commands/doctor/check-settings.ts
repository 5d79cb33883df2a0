import { copyFileSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { findProgram, programNames } from "#base/find-program.ts";
import { makeScratchFolder } from "#base/scratch-folder.ts";
import { count } from "#base/text.ts";
import { claudeConfigDirectory } from "#claude/host-environment.ts";
import { startOf } from "./ask-version.ts";
import { type Check, check, type Examined } from "./check.ts";
import { registrationsIn } from "./registrations.ts";

/** One thing that Claude Code does not accept. `key` is empty where it is the whole file. */
export type SettingsIssue = { readonly path: string; readonly key: string; readonly why: string };

/** It takes a second or two; on a machine under load it has its time. */
export const CLAUDE_LIMIT_MS = 50_000;
const USER_FILE = "settings.json";

/**
 * What Claude Code itself says of the settings: one value that it does not know, of whatever key,
 * makes it ignore a file as a whole, with the hooks in it. `claude doctor` is asked, in a home of its
 * own with a copy of the user's settings, so that nothing of the user's is written.
 */
export async function checkSettings(examined: Examined, signal: AbortSignal): Promise<readonly Check[]> {
  const { environment, platform } = examined;
  const claude = findProgram(programNames("claude", platform), environment, platform);
  if (claude === undefined) return [];
  const said = await askClaude(claude, examined, signal);
  if (!/^Claude Code doctor/m.test(said)) {
    const detail = ["this claude does not check settings in a pipe"];
    return [check("settings", "ok", { what: "Not checked by Claude Code itself", detail })];
  }
  const issues = issuesIn(said);
  if (issues.length === 0) return [check("settings", "ok", { what: "Claude Code accepts every file" })];
  const detail = issues.map(({ path, key, why }) => `${path}${key === "" ? "" : ` (${key})`}: ${why}`);
  const ours = new Set(registrationsIn(examined).running.map(({ path }) => path));
  const ignored = issues.filter(({ path, key }) => ours.has(path) && !key.startsWith("hooks."));
  const next = "Mend what Claude Code names; `claude doctor` says it too.";
  if (ignored.length > 0) {
    const what = "A settings file that registers the gate is not accepted: Claude Code ignores it as a whole";
    return [check("settings", "broken", { what, detail, next })];
  }
  const what = `Claude Code does not accept ${count(issues.length, "entry", "entries")} in its settings`;
  return [check("settings", "warning", { what, detail, next })];
}

/** Returns what `claude doctor` prints, with the user's file under its own name. */
async function askClaude(claude: string, examined: Examined, signal: AbortSignal): Promise<string> {
  const { environment, home, cwd } = examined;
  const scratch = makeScratchFolder("doctor");
  const directory = claudeConfigDirectory({ HOME: home, ...environment });
  try {
    const own = join(directory, USER_FILE);
    if (existsSync(own)) copyFileSync(own, join(scratch, USER_FILE));
    const [program, ...words] = startOf(claude);
    const limit = AbortSignal.timeout(CLAUDE_LIMIT_MS);
    const { stdout } = await execa(program, [...words, "doctor"], {
      env: {
        ...environment,
        HOME: scratch,
        CLAUDE_CONFIG_DIR: scratch,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        DISABLE_AUTOUPDATER: "1",
        DISABLE_TELEMETRY: "1",
      },
      extendEnv: false,
      cwd,
      stdin: "ignore",
      reject: false,
      cancelSignal: AbortSignal.any([signal, limit]),
    });
    if (limit.aborted) throw new Error(`\`claude doctor\` did not end within ${CLAUDE_LIMIT_MS / 1_000} s`);
    return stdout.replaceAll(scratch, directory);
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Returns what stands below "Invalid settings" (2.1.330): `- FILE › KEY: WHY`, or without the key. */
export function issuesIn(text: string): readonly SettingsIssue[] {
  const block = /^Invalid settings\n(?<lines>(?:- .*\n?)+)/m.exec(text)?.groups?.["lines"] ?? "";
  return block.split("\n").flatMap((line) => {
    const {
      path,
      key = "",
      why,
    } = /^- (?<path>.+?)(?: › (?<key>\S+))?: (?<why>.+)$/.exec(line)?.groups ?? {};
    return path === undefined || why === undefined ? [] : [{ path, key, why }];
  });
}
