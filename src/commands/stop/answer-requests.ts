import { clip, oneLine } from "#base/text.ts";
import type { StopInput } from "#claude/hook-input.ts";
import type { HookCall } from "#commands/hooks/hook-call.ts";
import { shellWord } from "#commands/setup/launcher-script.ts";
import type { Mode } from "#gate/mode.ts";
import type { Request } from "#runs/sessions/request.ts";
import { answerRequest, openRequests, readRequests } from "#runs/sessions/requests.ts";
import type { Session } from "#runs/sessions/session.ts";
import { changeSession } from "#runs/sessions/session-file.ts";
import { commandWord } from "./command-word.ts";
import { saySwitched } from "./say-switched.ts";

const LONGEST_WORDS = 300;

/** The session with what a person asked of it, and what the user should know of other askers. */
export type AnsweredRequests = { readonly session: Session; readonly notices: readonly string[] };

/**
 * Answers what was asked from the agent's shell since the last stop, and tells what was switched from
 * elsewhere. While it runs, a command that
 * a person types behind `!` cannot be told from one that the agent runs; by now the transcript
 * can. Without such a line in it the request is refused, and the attempt is shown to the user.
 */
export async function answerRequests(
  call: HookCall,
  input: StopInput,
  session: Session,
  signal: AbortSignal,
): Promise<AnsweredRequests> {
  const command = commandWord(call.environment, call.locations);
  const said = await saySwitched({ locations: call.locations, command }, session, signal);
  let standing = said.session;
  const notices = [...said.notices];
  for (const request of openRequests(readRequests(call.locations), session)) {
    const answer = { request: request.id, session: session.session_id, at: call.askedAt.toISOString() };
    if (await isPersons(input, request, signal)) {
      const change = await changeSession(
        call.locations,
        session.session_id,
        (now) => now && { ...now, ...wordOf(request, answer.at) },
        signal,
      );
      standing = change.session ?? standing;
      await answerRequest(call.locations, {
        ...answer,
        outcome: "done",
        detail: "the transcript shows a person's command",
      });
      notices.push(`Countersign: ${doneText(request, command)}`);
    } else {
      await answerRequest(call.locations, {
        ...answer,
        outcome: "refused",
        detail: "no person is seen to have typed it",
      });
      notices.push(`Countersign: ${refusedText(request, command)}`);
    }
  }
  return { session: standing, notices };
}

function refusedText(request: Request, command: string): string {
  const { ask } = request;
  if (ask.kind === "hook") {
    return `the agent ran the gate's ${ask.event} hook itself, as if Claude Code had (${momentOf(request)} UTC); nothing came of it.`;
  }
  return `${attemptText(request)}, which only a person may ask for; nothing was changed. Type \`${command} ${wordsOf(request)}\` yourself behind \`!\`, or in a terminal of your own.`;
}

function momentOf({ at }: Request): string {
  return at.slice(0, 16).replace("T", " ");
}

function attemptText(request: Request): string {
  return request.by === "no-terminal"
    ? `a program without a terminal ran \`${typed(request)}\``
    : `the agent ran \`${typed(request)}\``;
}

/** The hooks themselves stay where they are: a hook does not write to the host's settings. */
function doneText(request: Request, command: string): string {
  if (request.ask.kind !== "remove") return `\`${typed(request)}\` holds from now on, as you typed it.`;
  return `as you typed \`${typed(request)}\`, the gate is off for this session. Its hooks are still registered: \`${command} ${wordsOf(request)}\` in a terminal of your own takes them away.`;
}

async function isPersons(input: StopInput, request: Request, signal: AbortSignal): Promise<boolean> {
  if (input.transcript_path === undefined || request.ask.kind === "hook") return false;
  const asked = { program: "countersign", words: request.words, at: new Date(request.at) };
  const { personTyped } = await import("#claude/typed-command.ts");
  return (await personTyped(input.transcript_path, asked, signal)) !== undefined;
}

function typed(request: Request): string {
  return `countersign ${wordsOf(request)}`;
}

/** As a shell takes them, so that they can be typed again. */
function wordsOf({ words }: Request): string {
  return clip(oneLine(words.map(shellWord).join(" ")), LONGEST_WORDS);
}

type Word = Pick<Session, "mode" | "skipNext">;

function wordOf({ ask }: Request, at: string): Word {
  switch (ask.kind) {
    case "on":
      return { mode: mode("enforce", at) };
    case "off":
    case "remove":
      return { mode: mode("off", at) };
    case "skip":
      return { skipNext: { by: "transcript", why: ask.why, at } };
    case "dismiss":
    case "undo-dismiss":
    case "hook":
      // It holds for the repository: the answered request is its record.
      return {};
  }
}

function mode(gate: Mode, at: string): NonNullable<Session["mode"]> {
  return { gate, by: "transcript", at };
}
