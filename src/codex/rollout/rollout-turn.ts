import { createReadStream } from "node:fs";
import * as z from "zod/mini";
import { JsonFault, parseJson } from "#base/json.ts";
import { textLines } from "#base/text-lines.ts";
import { sandboxOf, type TurnSandbox, weakerSandbox } from "./turn-sandbox.ts";

/** What a rollout says about one turn. Absent fields were not found, which proves nothing. */
export type RolloutTurn = {
  readonly threadId: string | undefined;
  readonly cliVersion: string | undefined;
  readonly modelProvider: string | undefined;
  /** As asked; the model that the provider answered with is not recorded. */
  readonly model: string | undefined;
  readonly effort: string | undefined;
  /** Under which rights its commands ran. */
  readonly sandbox: TurnSandbox;
  /** The provider's own ids, one for each request that it completed (since 0.169). */
  readonly responseIds: readonly string[];
  readonly commands: readonly RolloutCommand[];
  readonly end: RolloutEnd;
};

type RolloutCommand = { readonly command: readonly string[]; readonly exitCode: number | undefined };

/** `unknown`: the rollout has no line about the turn's end. Times are epoch seconds. */
type RolloutEnd =
  | { readonly kind: "completed"; readonly message: string | undefined; readonly at: number | undefined }
  | { readonly kind: "failed"; readonly detail: string }
  | { readonly kind: "aborted"; readonly reason: string }
  | { readonly kind: "unknown" };

/** A line holds at most one tool output; what is longer is no line of a rollout. */
const LONGEST_LINE = 16 * 1024 * 1024;

const NOTHING: RolloutTurn = {
  threadId: undefined,
  cliVersion: undefined,
  modelProvider: undefined,
  model: undefined,
  effort: undefined,
  sandbox: { kind: "unknown" },
  responseIds: [],
  commands: [],
  end: { kind: "unknown" },
};

const Line = z.looseObject({ type: z.string(), payload: z.looseObject({ type: z.optional(z.string()) }) });
const OfTurn = z.looseObject({ turn_id: z.string() });
const Meta = z.looseObject({
  id: z.string(),
  cli_version: z.nullish(z.string()),
  model_provider: z.nullish(z.string()),
});
const Settings = z.looseObject({ model: z.nullish(z.string()), effort: z.nullish(z.string()) });
const Usage = z.looseObject({ response_id: z.string() });
const Complete = z.looseObject({
  last_agent_message: z.nullish(z.string()),
  completed_at: z.nullish(z.number()),
  error: z.nullish(z.looseObject({ message: z.optional(z.string()) })),
});
const Aborted = z.looseObject({ reason: z.nullish(z.string()) });
const Command = z.looseObject({
  item: z.looseObject({
    type: z.literal("CommandExecution"),
    command: z.array(z.string()),
    exit_code: z.nullish(z.number()),
  }),
});

/**
 * Returns what the first `bytes` bytes of a rollout say about a turn: the sealed part, so that
 * what was added later cannot speak for it. Lines that are not understood are passed over; every
 * release of Codex adds kinds.
 *
 * @throws Error with the system's code, such as ENOENT.
 */
export async function readRolloutTurn(path: string, bytes: number, turnId: string): Promise<RolloutTurn> {
  let turn = NOTHING;
  if (bytes === 0) return turn;
  const input = createReadStream(path, { end: bytes - 1 });
  for await (const line of textLines(input, LONGEST_LINE)) turn = withLine(turn, line, turnId);
  return turn;
}

function withLine(turn: RolloutTurn, text: string, turnId: string): RolloutTurn {
  const line = readLine(text);
  if (line === undefined) return turn;
  if (line.type === "session_meta") return withMeta(turn, line.payload);
  if (z.safeParse(OfTurn, line.payload).data?.turn_id !== turnId) return turn;
  switch (line.type === "event_msg" ? line.payload.type : line.type) {
    case "turn_context": {
      const settings = z.safeParse(Settings, line.payload).data;
      const sandbox = weakerSandbox(turn.sandbox, sandboxOf(line.payload));
      return {
        ...turn,
        model: settings?.model ?? turn.model,
        effort: settings?.effort ?? turn.effort,
        sandbox,
      };
    }
    case "token_usage_record": {
      const usage = z.safeParse(Usage, line.payload).data;
      return usage === undefined ? turn : { ...turn, responseIds: [...turn.responseIds, usage.response_id] };
    }
    case "item_completed":
      return withCommand(turn, line.payload);
    case "task_complete":
      return { ...turn, end: endOf(z.safeParse(Complete, line.payload).data) };
    case "turn_aborted": {
      const reason = z.safeParse(Aborted, line.payload).data?.reason ?? "";
      return { ...turn, end: { kind: "aborted", reason } };
    }
    default:
      return turn;
  }
}

function readLine(text: string): z.output<typeof Line> | undefined {
  try {
    return parseJson(text, Line);
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}

/** The first one counts: a resumed thread may repeat it. */
function withMeta(turn: RolloutTurn, payload: unknown): RolloutTurn {
  const meta = z.safeParse(Meta, payload).data;
  if (meta === undefined || turn.threadId !== undefined) return turn;
  return {
    ...turn,
    threadId: meta.id,
    cliVersion: meta.cli_version ?? undefined,
    modelProvider: meta.model_provider ?? undefined,
  };
}

function withCommand(turn: RolloutTurn, payload: unknown): RolloutTurn {
  const item = z.safeParse(Command, payload).data?.item;
  if (item === undefined) return turn;
  const command = { command: item.command, exitCode: item.exit_code ?? undefined };
  return { ...turn, commands: [...turn.commands, command] };
}

function endOf(complete: z.output<typeof Complete> | undefined): RolloutEnd {
  if (complete === undefined) return { kind: "unknown" };
  if (complete.error) return { kind: "failed", detail: complete.error.message ?? "" };
  return {
    kind: "completed",
    message: complete.last_agent_message ?? undefined,
    at: complete.completed_at ?? undefined,
  };
}
