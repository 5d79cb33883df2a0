import type { Call, Command } from "./command.ts";
import { printJson } from "./command.ts";
import { type RemoveReport, remove } from "./remove.ts";
import { SETUP_OPTIONS, scopeOption, setupPlace } from "./setup-command.ts";

/** Takes the hooks away at once. Whether the caller may do so is for the switches to decide. */
export async function removeNow(call: Call): Promise<number> {
  const options = { scope: scopeOption(call), dryRun: call.flags.has("dry-run"), at: call.now };
  const report = await remove(options, setupPlace(call), call.signal);
  if (call.flags.has("json")) printJson(call, "remove", report);
  else call.stdout.write(removeText(report));
  return 0;
}

/** The words of `countersign remove`, without what it does. */
export const REMOVE: Omit<Command, "run"> = {
  name: "remove",
  summary: "Take the hooks out of Claude Code's settings; records stay.",
  usage: "[--scope user|project|local] [--dry-run]",
  options: SETUP_OPTIONS,
};

/** Returns what a person reads after a removal. */
export function removeText(report: RemoveReport): string {
  if (report.kind === "nothing-registered") {
    return `No hooks of ours are registered here.\n${launcherText(report)}`;
  }
  const dry = report.kind === "would-remove";
  const files = report.removals.map(({ settingsPath, backup, diff }) =>
    dry ? diff : `The hooks are gone from ${settingsPath}. The old settings are kept in ${backup}.\n`,
  );
  const last = dry ? "This was a dry run: nothing was written.\n" : launcherText(report);
  return `${files.join("")}${last}`;
}

function launcherText({ launcher, stillRegistered }: RemoveReport): string {
  switch (launcher) {
    case "removed":
      return "The launcher is gone too. Sessions, receipts and other records were kept.\n";
    case "kept":
      return `The launcher stays, for these still name it: ${stillRegistered.join(", ")}\n`;
    case "absent":
      return "";
  }
}
