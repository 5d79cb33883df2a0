import { assigned } from "./assignment.ts";
import { type CallClaim, callChecks, inWindow, type Window, windowOf } from "./call-checks.ts";
import { type ClaimCheck, resultOf } from "./claim-check.ts";
import type { ClaimVerdict, PartlyReason } from "./claim-verdict.ts";
import type { SeenEvidence, SeenRun } from "./seen-run.ts";

type JudgedCall = { readonly verdict: ClaimVerdict; readonly checks: readonly ClaimCheck[] };

/** A call beside a run of the time in which it was made. */
type Pair = {
  readonly run: SeenRun;
  readonly checks: readonly ClaimCheck[];
  /** `certain`: the call names its thread. `strong`: it has the call's prompt. `weak`: it has another one. */
  readonly fit: "certain" | "strong" | "loose" | "weak" | "other-cwd" | "none";
};
type Standing = { readonly claim: CallClaim; readonly window: Window; readonly pairs: readonly Pair[] };

/**
 * Returns what stands behind each call. A run backs one call only: those that fit by thread or prompt are
 * given out first, so that a call of which nothing is known does not take another's run. `end` is that of
 * the session.
 */
export function judgeCalls<N extends { readonly claim: CallClaim }>(
  named: readonly N[],
  evidence: SeenEvidence,
  end: number,
): readonly (N & JudgedCall)[] {
  const all = named.map((one): Standing & { readonly one: N } => {
    const window = windowOf(one.claim, end);
    return { one, claim: one.claim, window, pairs: pairsOf(one.claim, evidence, window) };
  });
  const given = giveOut(all);
  const taken = new Set(given.values());
  return all.map((standing, index) => {
    const pair = standing.pairs.find(({ run }) => run.id === given.get(index));
    if (pair === undefined) return { ...standing.one, ...withoutRun(standing, evidence, taken) };
    return { ...standing.one, verdict: verdictOf(standing, pair, taken), checks: pair.checks };
  });
}

function pairsOf(claim: CallClaim, { runs, threads }: SeenEvidence, window: Window): readonly Pair[] {
  const known = new Set(threads.map(({ thread }) => thread));
  const { kind } = claim.end;
  if (kind === "denied" || kind === "not-started") return [];
  return runs
    .filter((run) => inWindow(run, window) && !(run.source ?? "").startsWith("subagent"))
    .map((run) => {
      const checks = callChecks(claim, run, { window, known });
      return { run, checks, fit: fitOf(checks, claim.threads.length > 0) };
    });
}

/** `names`: the output names a thread. Another run than that must at least have the call's prompt. */
function fitOf(checks: readonly ClaimCheck[], names: boolean): Pair["fit"] {
  const result = (name: ClaimCheck["name"]) => resultOf(checks, name);
  if ((["thread", "resumed-thread", "not-forged"] as const).some((name) => result(name) === "fails"))
    return "none";
  const certain = result("thread") === "holds" || result("resumed-thread") === "holds";
  if (result("source") === "fails" && !certain) return "none";
  const isOwn = certain || result("prompt") === "holds";
  if (names && !isOwn) return "none";
  if (result("cwd") === "fails") return "other-cwd";
  if (certain) return "certain";
  if (isOwn) return "strong";
  return result("prompt") === "fails" ? "weak" : "loose";
}

/** By what fits best, and among as good ones the earliest. */
function giveOut(all: readonly Standing[]): ReadonlyMap<number, string> {
  const given = new Map<number, string>();
  for (const fit of ["certain", "strong", "loose", "weak"] as const) {
    const taken = new Set(given.values());
    const edges = all.map(({ pairs }, index) =>
      given.has(index)
        ? []
        : pairs
            .filter((pair) => pair.fit === fit && !taken.has(pair.run.id))
            .toSorted((a, b) => points(b) - points(a) || a.run.began - b.run.began)
            .map(({ run }) => run.id),
    );
    for (const [index, run] of assigned(edges)) given.set(index, run);
  }
  return given;
}

function points({ checks }: Pair): number {
  return checks.filter(({ result }) => result === "holds").length;
}

function verdictOf({ claim, pairs }: Standing, { run, fit }: Pair, taken: ReadonlySet<string>): ClaimVerdict {
  const more = claim.call.repeats
    ? pairs.filter((pair) => pair.fit !== "none" && !taken.has(pair.run.id)).map((pair) => pair.run.id)
    : [];
  const runs = [run.id, ...more];
  if (fit === "weak") return { kind: "partly", why: "other-prompt", runs };
  return run.end === "completed" ? { kind: "backed", runs } : { kind: "partly", why: ENDS[run.end], runs };
}

const ENDS: Readonly<Record<Exclude<SeenRun["end"], "completed">, PartlyReason>> = {
  failed: "run-failed",
  interrupted: "run-interrupted",
  unknown: "run-unfinished",
};

function withoutRun(standing: Standing, evidence: SeenEvidence, taken: ReadonlySet<string>): JudgedCall {
  const { claim, window, pairs } = standing;
  const { call, end } = claim;
  if (end.kind === "denied" || end.kind === "not-started") return unbacked(end.kind);
  if (call.elsewhere) return unknowable("elsewhere");
  const old = replayed(claim, evidence, window);
  if (old.length > 0) return unbacked("replayed", old);
  if (call.ephemeral) return unknowable("ephemeral");
  if (call.verb.endsWith("-server")) return unknowable("server");
  const held = pairs.find(({ run, fit }) => fit !== "none" && fit !== "other-cwd" && taken.has(run.id));
  if (held !== undefined) return unbacked("taken", [held.run.id], held.checks);
  const other = pairs.find(({ fit }) => fit === "other-cwd");
  if (other !== undefined) return unbacked("other-cwd", [other.run.id], other.checks);
  if (end.kind === "failed") return unbacked("call-failed");
  if (evidence.homes.some(({ state }) => state === "unreadable")) return unknowable("home-unreadable");
  return unbacked(claim.threads.length > 0 ? "rollout-missing" : "no-run");
}

/** Threads that the call names, which are there and had no turn while it ran. */
function replayed({ threads, call }: CallClaim, evidence: SeenEvidence, window: Window): readonly string[] {
  const named = new Set([...threads, call.resumes]);
  return evidence.threads
    .filter(({ thread }) => named.has(thread))
    .filter(({ thread }) => !evidence.runs.some((run) => run.thread === thread && inWindow(run, window)))
    .map(({ thread }) => thread);
}

type Unbacked = Extract<ClaimVerdict, { kind: "unbacked" }>;
type Unknowable = Extract<ClaimVerdict, { kind: "unknowable" }>;

function unbacked(
  why: Unbacked["why"],
  runs: readonly string[] = [],
  checks: readonly ClaimCheck[] = [],
): JudgedCall {
  return { verdict: { kind: "unbacked", why, runs }, checks };
}

function unknowable(why: Unknowable["why"]): JudgedCall {
  return { verdict: { kind: "unknowable", why, runs: [] }, checks: [] };
}
