import { randomUUID } from "node:crypto";
import { execa } from "execa";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { type Built, builtFile } from "#commands/installation.ts";
import type { Scratch } from "./scratch.ts";

const HookAnswer = z.strictObject({
  decision: z.optional(z.literal("block")),
  reason: z.optional(z.string()),
  systemMessage: z.optional(z.string()),
});

/** What a hook printed, and how long the whole process took in milliseconds. */
export type PlayedHook = { readonly answer: z.output<typeof HookAnswer>; readonly milliseconds: number };

export type PlayedSession = {
  start(): Promise<PlayedHook>;
  stop(claim: string): Promise<PlayedHook>;
  end(): Promise<PlayedHook>;
};

/** Plays the host: calls the built hooks, each as a process of its own, with the host's input. */
export function playSession(scratch: Scratch, signal: AbortSignal): PlayedSession {
  const common = {
    session_id: randomUUID(),
    transcript_path: `${scratch.root}/transcript.jsonl`,
    cwd: scratch.repository,
  };
  const promptId = randomUUID();
  const hook = (name: Built, input: object): Promise<PlayedHook> =>
    runHook(scratch, name, { ...common, ...input }, signal);
  return {
    start: () => hook("session-start", { hook_event_name: "SessionStart", source: "startup" }),
    stop: (claim) =>
      hook("stop", {
        hook_event_name: "Stop",
        prompt_id: promptId,
        stop_hook_active: false,
        last_assistant_message: claim,
        background_tasks: [],
      }),
    end: () => hook("session-end", { hook_event_name: "SessionEnd", reason: "other" }),
  };
}

async function runHook(
  scratch: Scratch,
  name: Built,
  input: object,
  signal: AbortSignal,
): Promise<PlayedHook> {
  const begun = performance.now();
  const { stdout } = await execa(process.execPath, [builtFile(name)], {
    input: JSON.stringify(input),
    env: scratch.environment,
    extendEnv: false,
    cwd: scratch.repository,
    cancelSignal: signal,
  });
  return { answer: parseJson(stdout, HookAnswer), milliseconds: Math.round(performance.now() - begun) };
}
