import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { RunBegun, RunEnded } from "#runs/records/run-record.ts";
import { eventuallyAsync } from "./eventually.ts";
import type { GateWorld } from "./gate-world.ts";
import { processesOf } from "./processes-of.ts";
import type { ReviewerRequest } from "./responses-request.ts";
import { type Action, runCommand, say } from "./reviewer-action.ts";
import { COUNTERSIGN, type CommandRun } from "./run-countersign.ts";

/** A run on a thread as it ended, with what is on record of it. */
export type ThreadRun = CommandRun & { readonly folder: string };

/** A command under way, to be interfered with. */
export type Underway = { readonly pid: number; readonly done: Promise<ThreadRun> };

/** Returns what was on record when the run began. */
export function begunOf({ folder }: Pick<ThreadRun, "folder">): RunBegun {
  return parseJson(readFileSync(join(folder, "begun.json"), "utf8"), RunBegun);
}

/** Returns what is on record of its end. */
export function endedOf({ folder }: Pick<ThreadRun, "folder">): RunEnded {
  return parseJson(readFileSync(join(folder, "ended.json"), "utf8"), RunEnded);
}

/** Returns the name of the failure that is on record; empty where there is none. */
export function failureOf(run: Pick<ThreadRun, "folder">): string {
  const { outcome } = endedOf(run);
  return outcome.kind === "failed" ? outcome.failure.kind : "";
}

/** Runs `countersign thread ...` in a world and returns how it ended. */
export async function thread(
  world: GateWorld,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ThreadRun> {
  const run = await world.countersign(["thread", ...words], env);
  return { ...run, folder: folderIn(run.stderr) };
}

/** Starts the same without waiting for it. */
export function underway(
  world: GateWorld,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Underway {
  const child = spawn(process.execPath, [COUNTERSIGN, "thread", ...words], {
    cwd: world.repository.root,
    env: { ...world.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (child.pid === undefined) throw new Error("it did not start");
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  const exited = new Promise<number | undefined>((resolve) => {
    child.once("exit", (code) => resolve(code ?? undefined));
  });
  const done = exited.then(async (exitCode) => {
    const said = await stderr;
    return { exitCode, stdout: await stdout, stderr: said, folder: folderIn(said) };
  });
  return { pid: child.pid, done };
}

function folderIn(stderr: string): string {
  return /^on record in (.+)$/m.exec(stderr)?.[1] ?? "";
}

/**
 * Plays a model that has a command run which does not end by itself, and says no more, however long that
 * takes. Returns what finds the command's process.
 */
export function playSleep(world: GateWorld, seconds: string): () => number | undefined {
  world.api.play((request) =>
    request.outputs.length > 0 ? { kind: "silent" } : runCommand(request, `sleep ${seconds}`),
  );
  return () => processesOf(world.repository.root).find(({ command }) => command === `sleep ${seconds}`)?.pid;
}

/** Waits until something is the case. */
export async function eventually(what: string, holds: () => boolean): Promise<void> {
  await eventuallyAsync(
    async () => holds(),
    () => what,
  );
}

export type NativeFinding = {
  readonly file: string;
  readonly line: number;
  readonly priority?: number;
  readonly title?: string;
};

/** Plays the model of a review of Codex's own, which looks at the change before it answers. */
export function nativeReview(request: ReviewerRequest, findings: readonly NativeFinding[]): Action {
  return request.outputs.length === 0 ? runCommand(request, "git diff HEAD") : nativeAnswer(findings);
}

/** Returns its answer alone. */
export function nativeAnswer(findings: readonly NativeFinding[]): Action {
  return say(
    JSON.stringify({
      findings: findings.map(({ file, line, priority = 1, title = "Breaks it" }) => ({
        title: `[P${priority}] ${title}`,
        body: "It is wrong.",
        confidence_score: 0.9,
        priority,
        code_location: { absolute_file_path: file, line_range: { start: line, end: line } },
      })),
      overall_correctness: findings.length === 0 ? "patch is correct" : "patch is incorrect",
      overall_explanation: "That is all.",
      overall_confidence_score: 0.8,
    }),
  );
}

/** Returns who said what in a request, without what Codex says by itself. */
export function saidIn({ texts }: ReviewerRequest): readonly string[] {
  return texts
    .filter(({ role, text: said }) => role !== "developer" && !said.startsWith("<environment_context>"))
    .map(({ role, text: said }) => `${role}: ${said}`);
}

export const ThreadRows = z.looseObject({
  threads: z.array(
    z.looseObject({
      thread: z.string(),
      name: z.nullable(z.string()),
      gate: z.boolean(),
      archived: z.boolean(),
      running: z.boolean(),
    }),
  ),
});
