import { CodexFault } from "#codex/fault.ts";
import { locateCodex } from "#codex/installation.ts";
import { reviewerKey } from "#codex/reviewer-key.ts";
import { openBreakers } from "#commands/review/breaker-now.ts";
import { budgetUsed } from "#commands/review/budget-now.ts";
import type { Config } from "#gate/config.ts";
import type { BudgetUse } from "#gate/failure/budget.ts";
import { FAILURE_POLICIES, type FailurePolicy } from "#gate/failure/failure-policy.ts";
import type { BreakerPause } from "#gate/failure/pause.ts";
import { pauseText } from "#gate/failure/pause-text.ts";
import type { Locations } from "#runs/locations.ts";
import type { Call } from "./command.ts";
import { momentText } from "./receipt-row.ts";

/** What the next stops can count on: who is not asked for now, what may still be spent, and what a failure means. */
export type ReviewsAhead = {
  readonly pauses: readonly (BreakerPause & {
    /** It is about the reviewer that this folder and environment lead to. */
    readonly here: boolean;
  })[];
  readonly budget: readonly BudgetUse[];
  readonly onFailure: Config["onFailure"];
};

/** Reads receipts and asks nobody. */
export function reviewsAhead(call: Call, locations: Locations, config: Config): ReviewsAhead {
  const now = call.now.getTime();
  const own = ownKey(call, config);
  return {
    pauses: openBreakers(locations, now).map(({ pause, key }) => ({ ...pause, here: key === own })),
    budget: budgetUsed(locations, config, now),
    onFailure: config.onFailure,
  };
}

/** Returns it as lines for a person; the table of failures by its groups. */
export function reviewsAheadLines({ pauses, budget, onFailure }: ReviewsAhead): readonly string[] {
  return [
    ...pauses.flatMap((pause) => [
      `paused    ${pause.here ? "" : "(another Codex, account or model than this folder's) "}${pauseText(pause)}`,
      `          since ${momentText(new Date(pause.since).toISOString())} UTC, by receipt ${pause.receipt}; \`countersign on\` has it tried at the next stop`,
    ]),
    ...budget.map((use) => `budget    ${BUDGETS[use.limit](use)}${fullText(use)}`),
    `failures  ${STOPS[onFailure]}`,
    ...policyLines().map((line) => `          ${line}`),
  ];
}

/** Returns it for programs, with the whole table of failures. */
export function reviewsAheadJson({
  pauses,
  budget,
  onFailure,
}: ReviewsAhead): Readonly<Record<string, unknown>> {
  return {
    pauses: pauses.map(({ kind: _, since, until, ...pause }) => ({
      ...pause,
      since: new Date(since).toISOString(),
      until: new Date(until).toISOString(),
      clear: "countersign on",
    })),
    budget: budget.map(({ until, ...use }) => ({
      ...use,
      until: until === undefined ? null : new Date(until).toISOString(),
    })),
    failures: {
      onFailure,
      kinds: Object.fromEntries(
        Object.entries(FAILURE_POLICIES).map(([kind, policy]) => [kind, policyJson(policy)]),
      ),
    },
  };
}

/** Without a Codex that could be asked, none of the pauses is this folder's. */
function ownKey({ environment }: Call, { model }: Config): string | undefined {
  try {
    return reviewerKey(locateCodex(environment).path, environment, model);
  } catch (error) {
    if (error instanceof CodexFault) return undefined;
    throw error;
  }
}

const BUDGETS: Record<BudgetUse["limit"], (use: BudgetUse) => string> = {
  reviewsPerHour: ({ used, allowed }) => `${used} of ${allowed} reviews in the last hour`,
  tokensPerDay: ({ used, allowed }) => `${used} of ${allowed} tokens in the last day`,
};

function fullText({ until }: BudgetUse): string {
  return until === undefined
    ? ""
    : `: used up until ${momentText(new Date(until).toISOString())} UTC, and stops are let through unsigned`;
}

const STOPS: Record<Config["onFailure"], string> = {
  allow: 'let the stop through, unsigned (onFailure is "allow")',
  block: `hold the stop back once for each session and kind (onFailure is "block"), but for ${kindsWith(({ held }) => held === "never").join(", ")}`,
};

/** By groups: what is the same for all failures of the reviewer is said once. */
function policyLines(): readonly string[] {
  const single = kindsWith(({ of, breaker }) => breaker === "none" && of !== "here");
  return [
    `${kindsWith(({ breaker }) => breaker === "reset").join(", ")}: nobody is asked until the reset`,
    "every other failure of the reviewer: after two in a row nobody is asked for 5 minutes, then 10, at most 60",
    `${single.join(", ")}, and what fails on this machine: the next stop asks again`,
    `tried once more in the same stop: ${kindsWith(({ retry }) => retry !== "nothing").join(", ")}`,
  ];
}

function kindsWith(holds: (policy: FailurePolicy) => boolean): readonly string[] {
  return Object.entries(FAILURE_POLICIES).flatMap(([kind, policy]) => (holds(policy) ? [kind] : []));
}

function policyJson({ held, backOff, ...policy }: FailurePolicy): Readonly<Record<string, unknown>> {
  return {
    ...policy,
    ...(policy.breaker === "none" ? {} : { backOffMinutes: backOff }),
    stop: { allow: "let-through", block: held === "once" ? "held-once" : "let-through" },
  };
}
