import { existsSync, rmSync } from "node:fs";
import { makeScratchFolder } from "#base/scratch-folder.ts";
import { keysIn } from "#codex/account.ts";
import type { AppServer } from "#codex/connection/app-server.ts";
import { openAppServer } from "#codex/connection/open-app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import { probeSandbox } from "#codex/review/sandbox-probe.ts";
import { askSignIn } from "#codex/sign-in/ask-sign-in.ts";
import { effectiveConfigOf } from "#commands/effective-config.ts";
import { explain } from "#commands/explain.ts";
import { codexServer } from "#commands/hooks/codex-server.ts";
import { workTreeRoot } from "#git/work-tree-root.ts";
import { type Check, check, type Examined } from "./check.ts";

/** All steps together: one that hangs is named within this. */
const LIMIT_MS = 15_000;

const FINDING = "finding codex";

/** Which reason that has, the check of `codex` says. */
const NOTHING_TO_TRY = check("reviewer", "unknown", {
  what: "Not tried: no codex can be used",
  next: 'See "codex" above.',
});

/** Tells the steps of one walk apart, so that the one which failed or hangs can be named. */
type Walk = { step: string };

/**
 * What a review needs of Codex: a private server is started as a review would start it, asked for its
 * sign-in, and made to run one command in its sandbox; then it is ended. No model is asked.
 */
export async function checkReviewer(examined: Examined, signal: AbortSignal): Promise<readonly Check[]> {
  return await checkReviewerWithin(LIMIT_MS, examined, signal);
}

/** Returns the same for another limit, in milliseconds. */
export async function checkReviewerWithin(
  limitMs: number,
  examined: Examined,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const walk: Walk = { step: FINDING };
  const limit = AbortSignal.timeout(limitMs);
  const found: Check[] = [];
  try {
    for await (const one of steps(examined, walk, AbortSignal.any([signal, limit]))) found.push(one);
    return found;
  } catch (error) {
    signal.throwIfAborted();
    if (walk.step === FINDING && error instanceof CodexFault && !limit.aborted) return [NOTHING_TO_TRY];
    const what = limit.aborted
      ? `No answer within ${limitMs / 1_000} s while ${walk.step}`
      : `It failed while ${walk.step}: ${explain(error)}`;
    const next = "Try it by hand: `codex login status`, `codex app-server`, `codex sandbox`.";
    return [...found, check("reviewer", "broken", { what, next })];
  }
}

async function* steps(examined: Examined, walk: Walk, signal: AbortSignal): AsyncGenerator<Check> {
  const root = workTreeRoot(examined.cwd);
  const { config } = effectiveConfigOf(examined, examined.locations, root);
  const options = await codexServer(examined, config, signal);
  // A state folder that is not there yet is not made by looking.
  const scratch = makeScratchFolder("doctor");
  const serversDirectory = existsSync(options.serversDirectory) ? options.serversDirectory : scratch;
  try {
    walk.step = "starting its app-server";
    const server = await openAppServer({ ...options, serversDirectory, shared: false }, signal);
    try {
      walk.step = "asking for its sign-in";
      yield await account(server, examined, signal);
      walk.step = "running a command in its sandbox";
      yield await sandbox(server, signal);
    } finally {
      await server.close();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Judged only by what Codex says: a key in the environment or a provider of one's own needs no sign-in. */
async function account(server: AppServer, { environment }: Examined, signal: AbortSignal): Promise<Check> {
  const home = `CODEX_HOME is ${server.codexHome}`;
  const keys = keysIn(environment);
  const detail = [home, ...keys.map((name) => `${name} is set`)];
  const said = await askSignIn(server, signal);
  if (said.kind === "untold") {
    const what = "This Codex does not tell how it is signed in";
    return check("account", "unknown", { what, detail, next: "Run `codex login status`." });
  }
  if (said.kind === "stored") {
    const what = `Signed in by ${said.method}; that it is accepted shows at a review`;
    return check("account", "ok", { what, detail });
  }
  if (said.isNeeded === false) {
    return check("account", "ok", {
      what: "A model provider of its own, which needs no OpenAI sign-in",
      detail,
    });
  }
  if (keys.length > 0) {
    const what =
      "No sign-in is stored; a key is in the environment, and whether it is taken shows at a review";
    return check("account", "warning", { what, detail, next: "Run `codex login` if reviews fail." });
  }
  return check("account", "broken", { what: "Codex is not signed in", detail, next: "Run `codex login`." });
}

async function sandbox(server: AppServer, signal: AbortSignal): Promise<Check> {
  const probe = await probeSandbox(server, signal);
  switch (probe.kind) {
    case "holds":
      return check("sandbox", "ok", {
        what: "A command ran in it: it could read code, no secret, and could not write",
      });
    case "no-deny-read": {
      const what = "It does not keep secrets from the reviewer, so reviews have no shell";
      const next = "Update codex to 0.169 or newer; reviews work meanwhile, from the diff alone.";
      return check("sandbox", "warning", { what, detail: [probe.detail], next });
    }
    case "unusable": {
      const what = "It cannot run commands here, so reviews have no shell and see the diff alone";
      const next = "Try `codex sandbox` by hand; on Linux it needs user namespaces (bubblewrap).";
      return check("sandbox", "warning", { what, detail: [probe.detail], next });
    }
    case "not-asked":
      return check("sandbox", "unknown", { what: "It was not tried", detail: [probe.detail] });
  }
}
