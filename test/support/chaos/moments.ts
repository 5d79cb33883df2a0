import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { HookCall } from "./hook-call.ts";
import type { Fault, ProviderFault, WatchedFile } from "./scenario.ts";
import type { Player, Stage } from "./stage.ts";
import { pathsOf } from "./state-files.ts";
import { strikeAt } from "./strike.ts";

const POLL_MS = 2;

/** Arms what is to strike this hook by time or by a file; what waits for the model is struck from there. */
export function arm(stage: Stage, player: Player, call: HookCall): void {
  for (const fault of faultsAt(stage, call.label)) {
    const { moment } = fault;
    if (moment.kind === "started") stage.pending.push(after({ stage, call, fault }, moment.ms));
    if (moment.kind === "file") {
      const before = pathsOf(stage, player, moment.file).length;
      stage.pending.push(onceThere({ stage, call, fault, player }, { ...moment, before }));
    }
  }
}

/** Strikes what waits for this request, and returns what the provider is to do wrong. */
export async function whenAsked(
  stage: Stage,
  label: string,
  nth: number,
): Promise<ProviderFault | undefined> {
  const due = faultsAt(stage, label).filter(({ moment }) => moment.kind === "asked" && moment.nth === nth);
  for (const fault of due) await fire(stage, label, fault);
  const [wrong] = due.flatMap(({ strike }) => (strike.kind === "provider" ? [strike.fault] : []));
  return wrong;
}

/** Arms what follows the answer that now leaves. */
export function whenAnswered(stage: Stage, label: string): void {
  for (const fault of faultsAt(stage, label)) {
    const { moment } = fault;
    if (moment.kind === "answered")
      stage.pending.push(delay(moment.ms).then(() => fire(stage, label, fault)));
  }
}

function faultsAt({ scenario }: Stage, label: string): readonly Fault[] {
  return scenario.faults.filter(({ session, hook }) => `${session}.${hook}` === label);
}

type Armed = { readonly stage: Stage; readonly call: HookCall; readonly fault: Fault };

async function after({ stage, call, fault }: Armed, ms: number): Promise<void> {
  const over = call.ended.then(() => "over");
  if ((await Promise.race([delay(ms, "due"), over])) === "due") await fire(stage, call.label, fault);
}

type AtFile = { readonly file: WatchedFile; readonly ms: number; readonly before: number };

async function onceThere(
  { stage, call, fault, player }: Armed & { readonly player: Player },
  { file, ms, before }: AtFile,
): Promise<void> {
  let over = false;
  void call.ended.then(() => {
    over = true;
  });
  while (!over) {
    const paths = pathsOf(stage, player, file);
    const isThere = file === "receipt" || file === "verdict" ? paths.length > before : paths.some(existsSync);
    if (isThere) {
      await delay(ms);
      await fire(stage, call.label, fault);
      return;
    }
    await delay(POLL_MS);
  }
}

async function fire(stage: Stage, label: string, fault: Fault): Promise<void> {
  const call = stage.calls.findLast((one) => one.label === label);
  if (call === undefined) return;
  const { strike } = fault;
  const hit = await strikeAt(stage, call, strike);
  if (hit) stage.struck.push(`${label} ${nameOf(fault)}`);
}

/** Returns a strike by the name under which it is counted. */
export function nameOf({ strike }: Pick<Fault, "strike">): string {
  switch (strike.kind) {
    case "kill":
      return `${strike.signal} ${strike.target}`;
    case "pause":
      return `pause ${strike.target}`;
    case "provider":
      return `provider ${strike.fault}`;
    case "state":
      return `${strike.file} ${strike.damage}`;
    case "disk-full":
    case "file-limit":
      return strike.kind;
    case "repository":
    case "config":
    case "session":
      return `${strike.kind} ${strike.act}`;
  }
}
