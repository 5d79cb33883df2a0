import { claudeConfigDirectory } from "#claude/host-environment.ts";
import { settingsPaths } from "#claude/settings.ts";
import { type Call, type Command, JSON_OPTION, printJson, UsageFault } from "#commands/command.ts";
import { folded } from "#commands/folded.ts";
import { distFolder, packageVersion } from "#commands/installation.ts";
import { type Readiness, readinessOf } from "#commands/readiness.ts";
import { commandWord } from "#commands/stop/command-word.ts";
import { settingUp } from "#commands/watch/accept-watched.ts";
import { locationsOf } from "#runs/locations.ts";
import { type SetupPlace, type SetupReport, setup, type WritableScope } from "./setup.ts";

export const SETUP_OPTIONS = {
  scope: {
    type: "string",
    value: "SCOPE",
    help: "user (all your projects; the default), project (this one, for everybody) or local (this one, for you)",
  },
  "dry-run": { type: "boolean", help: "show the change and write nothing" },
  json: JSON_OPTION,
} as const;

/** `countersign setup`: registers the hooks. */
export const setupCommand: Command = {
  name: "setup",
  summary: "Register the hooks in Claude Code's settings, or have them run this version.",
  usage: "[--scope user|project|local] [--dry-run] [--json]",
  options: SETUP_OPTIONS,
  run: async (call) => {
    const options = {
      scope: scopeOption(call) ?? "user",
      dryRun: call.flags.has("dry-run"),
      launcher: { dist: distFolder(), version: packageVersion(), node: process.execPath },
      at: call.now,
    };
    const place = setupPlace(call);
    const locations = locationsOf(call.environment, call.home, call.platform);
    const write = () => setup(options, place, call.signal);
    const report = options.dryRun ? await write() : await settingUp(call, place.settings, write);
    const { codex } = await readinessOf(call);
    if (call.flags.has("json")) printJson(call, "setup", { ...report, codex });
    else {
      const next = nextText(codex, { command: commandWord(call.environment, locations), ...options });
      call.stdout.write(folded(call.stdout, `${setupText(report)}${next}`));
    }
    return 0;
  },
};

/** Returns where setup and remove work, for one call of the command line. */
export function setupPlace({ environment, home, cwd, platform }: Call): SetupPlace {
  return {
    settings: settingsPaths(claudeConfigDirectory({ HOME: home, ...environment }), cwd, platform),
    launchDirectory: locationsOf(environment, home, platform).launch,
    platform,
  };
}

/**
 * Returns the scope that was asked for, if one was.
 *
 * @throws UsageFault for any other word.
 */
export function scopeOption(call: Call): WritableScope | undefined {
  const scope = call.texts.get("scope");
  if (scope === undefined || scope === "user" || scope === "project" || scope === "local") return scope;
  const text = `--scope ${scope} is none of user, project and local`;
  throw new UsageFault({ kind: "usage", text });
}

/** Returns what a person reads after a setup. */
export function setupText(report: SetupReport): string {
  const warnings = report.warnings.map(({ text }) => `Note: ${text}\n`).join("");
  return `${headline(report)}${warnings}`;
}

/** Hooks without a reviewer let everything through, so that setup is the moment to say it. */
export function nextText(
  codex: Readiness["codex"],
  { command, dryRun }: { readonly command: string; readonly dryRun: boolean },
): string {
  if (codex.kind !== "found") return `Note: no reviewer yet. ${codex.why}\n`;
  return dryRun ? "" : `\`${command} doctor --prove\` shows that they hold a stop back.\n`;
}

function headline(report: SetupReport): string {
  const { kind, settingsPath, backup, diff, copy, copyBefore } = report;
  const before = copyBefore === null ? "" : `; before it was ${copyBefore}`;
  switch (kind) {
    case "registered": {
      const kept = backup === undefined ? "" : ` The old settings are kept in ${backup}.`;
      return `The hooks are registered in ${settingsPath}.${kept}\nSessions that run take them up within seconds. One that was not covered so far only notes at its next stop how the files stand: the change after it is the first to be reviewed.\n`;
    }
    case "already-registered":
      return copy === copyBefore
        ? `The hooks are already registered in ${settingsPath}, which stays as it is, and run this version (${copy}).\n`
        : `The hooks in ${settingsPath} run ${copy} from the next stop on, in sessions that run too${before}.\n`;
    case "would-register":
      return `${diff}${upgradeText(report)}This was a dry run: nothing was written.\n`;
  }
}

function upgradeText({ copy, copyBefore }: SetupReport): string {
  if (copyBefore === null || copyBefore === copy) return "";
  return `The hooks would run ${copy}; now they run ${copyBefore}.\n`;
}
