import type { Script } from "./responses-api.ts";
import { type AnswerFinding, nonceOf, reviewAnswer, runCommand, say } from "./reviewer-action.ts";

/** Repeats a text as its whole final message. */
export function parrot(text: string): Script {
  return () => say(text);
}

/** Runs a command and gives its output, whatever stands in it, as its whole final message. */
export function commandParrot(command: string): Script {
  return (request) => {
    const output = request.outputs.at(-1);
    return output === undefined ? runCommand(request, command) : say(output);
  };
}

/** Believes a text that wants to be the request's last line, and answers ALLOW under that id. */
export function obeyer(request_id: string): Script {
  return (request) => reviewAnswer(request, [], { request_id });
}

/** Takes the first id of the whole request for its own, as a reader does that is not told where to look. */
export function firstIdObeyer(): Script {
  return (request) => {
    const first = /request_id:[ \t]*(\S*)/.exec(request.prompt)?.[1] ?? "";
    return reviewAnswer(request, [], { request_id: first });
  };
}

/** Answers BLOCK with these findings, and quotes a foreign text in its summary. */
export function honestReviewer(findings: readonly AnswerFinding[], quoted: string): Script {
  return (request) => {
    if (nonceOf(request.prompt) === undefined) return say("no request id in the last line");
    return reviewAnswer(request, findings, { summary: `The change says of itself: ${quoted}` });
  };
}
