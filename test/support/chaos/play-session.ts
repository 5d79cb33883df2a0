import { randomUUID } from "node:crypto";
import { existsSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { HookCall } from "./hook-call.ts";
import { arm } from "./moments.ts";
import type { Edit } from "./scenario.ts";
import { callHook, END_FIELDS, type Player, type Stage, startFields, stopFields } from "./stage.ts";

/** Plays a session of the storm: its start, then edits and stops, until its plan or its host ends. */
export async function playSession(stage: Stage, player: Player): Promise<void> {
  await begin(stage, player, { label: `${player.index}.0`, source: "startup" });
  for (const [index, { edits, prompt }] of player.plan.stops.entries()) {
    if (!player.hostLives || !existsSync(player.root)) return;
    if (prompt) player.promptId = randomUUID();
    for (const edit of edits) work(stage, player, edit);
    await stop(stage, player, `${player.index}.${index + 1}`);
  }
}

/** Starts, or continues, the session under its living host. */
export async function begin(
  stage: Stage,
  player: Player,
  { label, source }: { readonly label: string; readonly source: string },
): Promise<HookCall> {
  const options = { label, fields: startFields(source), fileLimit: fileLimit(stage, label) };
  if (options.fileLimit !== undefined) stage.harm.sessions.add(player.index);
  return await played(stage, player, callHook(stage, player, "session-start", options));
}

/** Stops once and waits for the answer. */
export async function stop(stage: Stage, player: Player, label: string): Promise<HookCall> {
  const options = { label, fields: stopFields(player, label), fileLimit: fileLimit(stage, label) };
  return await played(stage, player, callHook(stage, player, "stop", options));
}

/** Ends the session. */
export async function end(stage: Stage, player: Player): Promise<void> {
  await callHook(stage, player, "session-end", { label: `${player.index}.end`, fields: END_FIELDS }).ended;
}

async function played(stage: Stage, player: Player, call: HookCall): Promise<HookCall> {
  arm(stage, player, call);
  await call.ended;
  return call;
}

function fileLimit({ scenario }: Stage, label: string): number | undefined {
  const [kilobytes] = scenario.faults.flatMap(({ session, hook, strike }) =>
    `${session}.${hook}` === label && strike.kind === "file-limit" ? [strike.kilobytes] : [],
  );
  return kilobytes;
}

function work({ work: place }: Stage, { root }: Player, edit: Edit): void {
  switch (edit) {
    case "new":
    case "bug":
      place.plant(root, edit === "bug");
      return;
    case "append":
      place.append(root);
      return;
    case "twin":
      place.twin(root);
      return;
    case "mend":
      place.mend(root);
      return;
    case "future": {
      const { path } = place.plant(root, false);
      const future = new Date(Date.now() + 400 * 24 * 60 * 60 * 1_000);
      place.change(() => utimesSync(join(root, path), future, future));
      return;
    }
    case "commit":
      place.plant(root, false);
      place.commit(root);
      return;
  }
}
