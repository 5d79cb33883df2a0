import { errorText } from "#base/fault.ts";
import { type Call, type Command, printJson } from "#commands/command.ts";
import { fileRequest, leaveToNextStop, mayOnlyAsk } from "#commands/file-request.ts";
import { folded } from "#commands/folded.ts";
import { settingUp } from "#commands/watch/accept-watched.ts";
import { locationsOf } from "#runs/locations.ts";
import { answerRequest } from "#runs/sessions/requests.ts";
import { type RemoveReport, remove } from "./remove.ts";
import { SETUP_OPTIONS, scopeOption, setupPlace } from "./setup-command.ts";

/** `countersign remove`: acts from a terminal; under an agent it files a request. */
export const removeCommand: Command = {
  name: "remove",
  summary: "Take the hooks out of Claude Code's settings; records stay.",
  usage: "[--scope user|project|local] [--dry-run] [--json]",
  options: SETUP_OPTIONS,
  run: async (call) => {
    const locations = locationsOf(call.environment, call.home, call.platform);
    const options = { scope: scopeOption(call), dryRun: call.flags.has("dry-run"), at: call.now };
    const place = setupPlace(call);
    const take = () => remove(options, place, call.signal);
    if (options.dryRun) return print(call, await take());
    const ask = { kind: "remove" } as const;
    if (mayOnlyAsk(call, ask)) return await leaveToNextStop(call, locations, ask);
    const request = await fileRequest(call, locations, ask);
    const answer = { request: request.id, session: null, at: call.now.toISOString() };
    try {
      const report = await settingUp(call, place.settings, take);
      await answerRequest(locations, { ...answer, outcome: "done", detail: report.kind });
      return print(call, report);
    } catch (error) {
      await answerRequest(locations, { ...answer, outcome: "refused", detail: errorText(error) });
      throw error;
    }
  },
};

function print(call: Call, report: RemoveReport): number {
  if (call.flags.has("json")) printJson(call, "remove", report);
  else call.stdout.write(folded(call.stdout, removeText(report)));
  return 0;
}

function removeText(report: RemoveReport): string {
  if (report.kind === "nothing-registered") {
    return `No hooks of ours are registered here.\n${launcherText(report)}`;
  }
  const dry = report.kind === "would-remove";
  const files = report.removals.map(({ settingsPath, backup, diff }) =>
    dry ? diff : `The hooks are gone from ${settingsPath}. ${backupText(backup)}\n`,
  );
  const last = dry ? "This was a dry run: nothing was written.\n" : launcherText(report);
  return `${files.join("")}${last}`;
}

function backupText(backup: string | undefined): string {
  return backup === undefined
    ? "It held nothing else, so the file is gone too."
    : `The old settings are kept in ${backup}.`;
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
