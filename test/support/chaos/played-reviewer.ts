import { setTimeout as delay } from "node:timers/promises";
import type { ReviewerRequest } from "#test/responses-request.ts";
import { type Action, type AnswerFinding, nonceOf, reviewAnswer, runCommand } from "#test/reviewer-action.ts";
import { providerAction } from "./provider-action.ts";
import type { ProviderFault, SessionPlan } from "./scenario.ts";

/** One request that reached the model, and what became of it. */
export type Asked = {
  readonly request: ReviewerRequest;
  /** Of the hook on whose behalf it came, see `HookCall`. */
  readonly label: string;
  readonly nonce: string | undefined;
  /** The tokens of the bugs that stand, as far as this conversation shows. */
  readonly bugs: readonly string[];
  /** Whether a whole and valid answer with this nonce was given. */
  readonly answered: boolean;
};

/** What the scenario does about a request. */
type Meanwhile = {
  /** Before it is answered. */
  readonly asked: (label: string, nth: number) => Promise<ProviderFault | undefined>;
  /** As its answer leaves. */
  readonly answered: (label: string) => void;
};

export type PlayedReviewer = {
  readonly asked: readonly Asked[];
  play(request: ReviewerRequest): Promise<Action>;
};

const COMMANDS: Record<Exclude<SessionPlan["command"], "none">, (command: string) => string> = {
  quick: () => "cat README.md",
  lasting: (command) => command,
  stubborn: (command) => `setsid ${command} & trap '' TERM HUP; ${command}`,
};

/** So long it leaves a command alone before it goes on. */
const YIELD_MS = 250;

/**
 * Returns a reviewer that finds every planted bug in what it is shown, always, and nothing else
 * that counts. Now and then it also raises what cannot count.
 */
export function playedReviewer(
  plans: readonly SessionPlan[],
  { meanwhile, command }: { readonly meanwhile: Meanwhile; readonly command: string },
): PlayedReviewer {
  const asked: Asked[] = [];
  return {
    asked,
    play: async (request) => {
      const label = labelOf(request);
      const nth = asked.filter((one) => one.label === label).length + 1;
      const bugs = standingBugs(request);
      const entry = { request, label, nonce: nonceOf(request.prompt), bugs, answered: false };
      asked.push(entry);
      const fault = await meanwhile.asked(label, nth);
      const plan = plans[Number(label.split(".")[0])];
      if (fault === "slow") await delay(1_500);
      else if (fault !== undefined) return providerAction(fault, request);
      if (request.outputs.length === 0 && plan !== undefined && plan.command !== "none") {
        return runCommand(request, COMMANDS[plan.command](command), YIELD_MS);
      }
      asked[asked.indexOf(entry)] = { ...entry, answered: true };
      meanwhile.answered(label);
      return reviewAnswer(request, [...bugs.map(bugFinding), ...noise(request, nth)]);
    },
  };
}

/** The agent's claim names the stop; a corrective request has only the earlier ones. */
function labelOf({ texts }: ReviewerRequest): string {
  const all = texts.flatMap(({ text }) => [...text.matchAll(/I am done with stop (\d+\.\d+)\./g)]);
  return all.at(-1)?.[1] ?? "none";
}

/** In the order of the conversation, what is said of a bug last is true: added, or removed. */
function standingBugs({ texts }: ReviewerRequest): readonly string[] {
  const standing = new Map<string, boolean>();
  for (const { text } of texts) {
    for (const [, sign, token, by] of text.matchAll(/^([+-])export const (t\d+x\w+) = total \/ (\d);$/gm)) {
      if (token !== undefined) standing.set(token, sign === "+" && by === "0");
    }
  }
  return [...standing].filter(([, stands]) => stands).map(([token]) => token);
}

function bugFinding(token: string): AnswerFinding {
  const quote = `export const ${token} = total / 0;`;
  return { file: `bug_${token}.js`, line_start: 1, quote, title: `Divides ${token} by zero` };
}

/** A question, a trifle, and a quote that stands nowhere. */
function noise(request: ReviewerRequest, nth: number): readonly AnswerFinding[] {
  const [, token = ""] = /^\+export const (t\d+x\w+) = total \/ 1;$/m.exec(request.prompt) ?? [];
  if (token === "" || nth > 1) return [];
  const about = { file: `ok_${token}.js`, line_start: 1, quote: `export const ${token} = total / 1;` };
  switch (token.charCodeAt(3) % 4) {
    case 0:
      return [{ ...about, kind: "question", title: "Why so?" }];
    case 1:
      return [{ ...about, severity: "low", title: "A trifle" }];
    case 2:
      return [{ ...about, quote: "this line stands nowhere", title: "Made up" }];
    default:
      return [];
  }
}
