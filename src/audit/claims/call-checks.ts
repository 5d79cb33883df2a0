import type { CodexClaim } from "#claude/delegations/delegation.ts";
import { type ClaimCheck, claimCheck } from "./claim-check.ts";
import { promptMatch } from "./prompt-match.ts";
import type { SeenRun } from "./seen-run.ts";

export type CallClaim = Extract<CodexClaim, { kind: "call" }>;
/** Epoch milliseconds. */
export type Window = { readonly from: number; readonly to: number };

/** The transcript's clock and Codex's are the same; Codex rounds some times to the second. */
const SLACK_MS = 2_000;
/** A command in the background starts its turn soon, however long it takes. */
const BACKGROUND_MS = 10 * 60_000;

/** Returns the time in which a call's turn must have begun; `end` is that of the session. */
export function windowOf({ place, endedAt, call }: CallClaim, end: number): Window {
  const from = place.at ?? 0;
  const background = Math.max(end, from + BACKGROUND_MS);
  const to = call.detached || endedAt === undefined ? background : endedAt;
  return { from: from - SLACK_MS, to: Math.max(to, from) + SLACK_MS };
}

/** Returns everything that can be compared between a call and a run, one check each. */
export function callChecks(
  claim: CallClaim,
  run: SeenRun,
  { window, known }: { readonly window: Window; readonly known: ReadonlySet<string> },
): readonly ClaimCheck[] {
  const { call, threads } = claim;
  const prompt = promptMatch(call.prompt, run.prompts);
  return [
    claimCheck(
      "time",
      inWindow(run, window),
      `its turn began ${iso(run.began)}; the call was made ${iso(claim.place.at)}`,
    ),
    claimCheck("thread", namesThread(threads, run, known), threadText(threads)),
    ...resumeChecks(claim, run),
    claimCheck(
      "cwd",
      worksThere(claim, run),
      `it worked in ${run.cwd ?? "an unknown folder"}; the call was made for ${call.folder ?? "an unknown one"}`,
    ),
    claimCheck("prompt", prompt === "unknown" ? undefined : prompt === "same", promptText(prompt)),
    claimCheck(
      "source",
      sourceFits(claim, run),
      `started as ${run.source ?? "unknown"} by ${run.originator ?? "an unknown program"}`,
    ),
    claimCheck("end", run.end === "unknown" ? undefined : run.end === "completed", endText(run)),
    claimCheck(
      "not-forged",
      !run.forged,
      run.forged ? "the agent wrote this rollout itself" : "no tool of the agent wrote this rollout",
    ),
  ];
}

/** What an output holds can name threads of anything: only those that are there speak against a run. */
function namesThread(
  threads: readonly string[],
  { thread }: SeenRun,
  known: ReadonlySet<string>,
): boolean | undefined {
  if (thread === undefined) return undefined;
  if (threads.includes(thread)) return true;
  return threads.some((one) => known.has(one)) ? false : undefined;
}

function threadText(threads: readonly string[]): string {
  return threads.length === 0 ? "the output names no thread" : `the output names ${threads.join(", ")}`;
}

/** Codex itself works where it was told; a plugin or a command of ours may work at the top of the repository. */
function worksThere({ call }: CallClaim, { cwd }: SeenRun): boolean | undefined {
  if (call.folder === undefined || cwd === undefined) return undefined;
  return call.folder === cwd || (call.program !== "codex" && call.folder.startsWith(`${cwd}/`));
}

function resumeChecks({ call }: CallClaim, run: SeenRun): readonly ClaimCheck[] {
  const { resumes } = call;
  if (resumes === undefined || resumes === "last") return [];
  return [claimCheck("resumed-thread", run.thread === resumes, `it was to continue ${resumes}`)];
}

export function inWindow({ began }: SeenRun, { from, to }: Window): boolean {
  return began >= from && began <= to;
}

/** `undefined` where it is not on record. */
function sourceFits({ call, via }: CallClaim, run: SeenRun): boolean | undefined {
  if (run.receipt !== undefined)
    return call.program === "countersign" && call.verb === "review" && run.receipt.asked;
  if (call.program === "countersign") return call.verb !== "review" && run.record !== undefined;
  if (run.record !== undefined) return false;
  if (run.source === undefined) return undefined;
  const isExec = call.program === "codex" && /^(?:exec|review)\b/.test(call.verb) && via !== "tool";
  return isExec === (run.source === "exec");
}

function promptText(prompt: "same" | "other" | "unknown"): string {
  if (prompt === "same") return "it was given the prompt of the call";
  return prompt === "other" ? "it was given another prompt" : "the prompt cannot be compared";
}

function endText({ end, detail }: SeenRun): string {
  const words = end === "unknown" ? "nothing says how it ended" : end;
  return detail === "" ? words : `${words}: ${detail}`;
}

function iso(at: number | undefined): string {
  return at === undefined ? "at an unknown time" : `at ${new Date(at).toISOString()}`;
}
