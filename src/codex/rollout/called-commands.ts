import * as z from "zod/mini";
import { FunctionCall, FunctionOutput, type RolloutPayload } from "./line-shapes.ts";
import { calledCommand, commandState, continuedSession } from "./tool-output.ts";
import { keepCommand, type TurnDraft } from "./turn-draft.ts";

const CALLS = ["function_call", "custom_tool_call", "local_shell_call"];
const OUTPUTS = ["function_call_output", "custom_tool_call_output"];

/** Adds the call of a tool; one that runs a command is all that 0.140 has on record of it. */
export function addCall(draft: TurnDraft, payload: RolloutPayload): void {
  if (!CALLS.includes(payload.type ?? "")) return;
  draft.toolCalls += 1;
  const call = z.safeParse(FunctionCall, payload).data;
  if (call === undefined) return;
  const { name, arguments: args = "", call_id: id } = call;
  const command = calledCommand(name, args);
  if (command !== undefined) {
    const entry = { ...command, exitCode: undefined, late: false };
    if (keepCommand(draft, draft.called, entry)) draft.open.set(`call ${id}`, entry);
    return;
  }
  const running = draft.open.get(`session ${continuedSession(name, args)}`);
  if (running !== undefined) draft.open.set(`call ${id}`, running);
}

/** Adds what a tool answered: how its command ended, or that it runs on. */
export function addOutput(draft: TurnDraft, payload: RolloutPayload): void {
  if (!OUTPUTS.includes(payload.type ?? "")) return;
  const told = z.safeParse(FunctionOutput, payload).data;
  const command = draft.open.get(`call ${told?.call_id}`);
  if (told === undefined || command === undefined) return;
  draft.open.delete(`call ${told.call_id}`);
  const state = commandState(told.output);
  if (state.kind === "ended") command.exitCode = state.exitCode;
  if (state.kind === "running") draft.open.set(`session ${state.session}`, command);
}
