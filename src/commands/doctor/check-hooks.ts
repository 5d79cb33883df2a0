import { join } from "node:path";
import { isAccepted, isTaken } from "#claude/running-hooks.ts";
import { type RegisteredHook, readSettingsFile } from "#claude/settings.ts";
import { effectiveConfigOf } from "#commands/effective-config.ts";
import { allowedTime } from "#commands/hooks/registered-deadline.ts";
import { workTreeRoot } from "#git/work-tree-root.ts";
import { locationsOf } from "#runs/locations.ts";
import { type Check, check, type Examined } from "./check.ts";
import { whyPowerless } from "./powerless-hooks.ts";
import { EVENTS, type Registrations, registrationsIn, whyNoneStops } from "./registrations.ts";

/** Claude Code 2.1.330 ends a command hook after so long where its entry says nothing. */
const DEFAULT_TIMEOUT_S = 600;

const SETUP = "Run `countersign setup`.";

/** Who calls the gate here: the registrations in every scope, and which of them run. */
export async function checkHooks(examined: Examined): Promise<readonly Check[]> {
  const found = registrationsIn(examined);
  const detail = [...found.files.flatMap((file) => fileLines(file, found)), ...aboveNote(examined)];
  return [check("hooks", ...verdict(examined, found, detail)), ...roots(examined, found)];
}

type Told = Parameters<typeof check>[2];

function verdict(
  examined: Examined,
  found: Registrations,
  detail: readonly string[],
): readonly ["ok" | "warning" | "broken", Told] {
  const { all, running, files } = found;
  if (all.length === 0) {
    const what = "Not registered for sessions that start in this folder: nothing is reviewed";
    const torn = files.some(({ kind }) => kind === "unreadable");
    const next = torn ? `Mend the file that cannot be read; then ${SETUP.toLowerCase()}` : SETUP;
    return ["broken", { what, detail, next }];
  }
  const missing = EVENTS.filter((event) => !running.some((hook) => hook.event === event));
  if (missing.includes("Stop")) {
    const what = `No Stop hook of ours runs, so that nothing is reviewed: ${whyNoneStops(found)}`;
    const registered = all.some(({ event }) => event === "Stop");
    const next = registered ? `Take out what is named here; then ${SETUP.toLowerCase()}` : SETUP;
    return ["broken", { what, detail, next }];
  }
  const problems = [
    ...(missing.length > 0 ? [`${missing.join(" and ")} missing`] : []),
    ...(running.filter(({ event }) => event === "Stop").length > 1
      ? ["several different Stop hooks of ours run at each stop"]
      : []),
    ...tooShort(examined, found),
    ...(files.some(({ kind }) => kind === "unreadable") ? ["a settings file cannot be read"] : []),
  ];
  if (problems.length === 0) return ["ok", { what: `Registered: ${scopes(running)}`, detail }];
  const next = "Mend what is named; `countersign setup` and `countersign remove --scope ...` do most of it.";
  return ["warning", { what: `Registered (${scopes(running)}), but ${problems.join("; ")}`, detail, next }];
}

function scopes(hooks: readonly RegisteredHook[]): string {
  return [...new Set(hooks.map(({ scope }) => scope))].join(" and ");
}

/** A hook that the host has to end counts as one that said nothing. */
function tooShort(examined: Examined, { running }: Registrations): readonly string[] {
  const root = workTreeRoot(examined.cwd);
  const { deadlineSeconds } = effectiveConfigOf(examined, examined.locations, root).config;
  return running
    .filter(({ event }) => event === "Stop")
    .map(({ timeout, path }) => allowedTime({ seconds: timeout ?? DEFAULT_TIMEOUT_S, path }, deadlineSeconds))
    .flatMap(({ cut }) => cut ?? []);
}

function fileLines(file: Registrations["files"][number], found: Registrations): readonly string[] {
  const { all, running } = found;
  const where = `${file.scope}: ${file.path}`;
  if (file.kind === "absent") return [];
  if (file.kind === "unreadable") {
    return [`${where} cannot be read (${file.detail}); Claude Code ignores it as a whole`];
  }
  const { disableAllHooks } = file.settings;
  const own = all.filter(({ path }) => path === file.path);
  return [
    own.length === 0 ? `${where} registers none` : `${where} registers`,
    ...own.map(
      (hook) =>
        `  ${hookLine(hook)}${running.some((one) => isSame(one, hook)) ? "" : notRunning(hook, found)}`,
    ),
    ...(disableAllHooks === undefined ? [] : [`  disableAllHooks is ${JSON.stringify(disableAllHooks)}`]),
    ...(isAccepted(file) ? [] : ["  which is no boolean: Claude Code ignores the whole file"]),
  ];
}

function hookLine({ event, command, args, timeout }: RegisteredHook): string {
  const limit = timeout === undefined ? `no timeout, so ${DEFAULT_TIMEOUT_S} s` : `${timeout} s`;
  return `${event} (${limit}): ${[command, ...args].join(" ")}`;
}

function isSame(one: RegisteredHook, other: RegisteredHook): boolean {
  return one.path === other.path && hookLine(one) === hookLine(other);
}

function notRunning(hook: RegisteredHook, { powerless }: Registrations): string {
  if (!isTaken(hook)) return " [dropped by Claude Code: a timeout must be more than 0]";
  return ` [does not run by this entry${bracket(whyPowerless(powerless, hook))}]`;
}

function bracket(why: string | undefined): string {
  return why === undefined ? "" : `: ${why}`;
}

/** Claude Code reads the project's settings in the folder that it is started in, and in none above. */
function aboveNote({ cwd }: Examined): readonly string[] {
  const root = workTreeRoot(cwd);
  if (root === undefined || root === cwd) return [];
  return ["settings.json", "settings.local.json"]
    .map((name) => join(root, ".claude", name))
    .filter((path) => readSettingsFile("project", path).kind === "read")
    .map((path) => `${path} does not count for sessions that start in ${cwd}`);
}

/** Hooks that kept their state elsewhere would decide by other records than this shell shows. */
function roots({ locations, home, platform }: Examined, found: Registrations): readonly Check[] {
  const theirs = locationsOf(found.environment, home, platform);
  const differing = [
    [theirs.root, locations.root],
    [theirs.userConfig, locations.userConfig],
  ].filter(([there, here]) => there !== here);
  if (differing.length === 0) return [];
  const detail = differing.map(([there, here]) => `hooks use ${there}, this shell ${here}`);
  const what = 'The settings\' "env" gives hooks other places than this shell has';
  const next = "Set the same variables in the shell, or take them out of the settings.";
  return [check("places", "broken", { what, detail, next })];
}
