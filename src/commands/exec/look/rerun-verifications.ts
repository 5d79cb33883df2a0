import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { realpathSync } from "node:fs";
import type { ChildEnvironment, Environment } from "#base/environment.ts";
import { errorText } from "#base/fault.ts";
import { findPrograms, programNames } from "#base/find-program.ts";
import { oneLine } from "#base/text.ts";
import { endMarked } from "#codex/exec/marked-processes.ts";
import { watchForSurvivors } from "#codex/exec/survivor-watch.ts";
import { dyingWithParent } from "#codex/server/dying-with-parent.ts";
import type { Verification } from "#gate/contract/contract.ts";
import type { VerificationSeen } from "#gate/contract/run-seen.ts";
import { endGroup, hasGroups } from "#git/process-group.ts";
import { tellingLine } from "./telling-line.ts";
import { verificationEnvironment } from "./verification-environment.ts";
import { isInside, placeOf } from "./workspace-path.ts";

/** Where verifications run, and with what. */
export type VerificationPlace = {
  /** A real path. */
  readonly workspace: string;
  readonly environment: Environment;
  /** The native binary, in whose sandbox a command runs where the contract says so. */
  readonly codex: string;
  readonly codexHome: string;
};

type End = VerificationSeen["end"];

/** A stack, and what a runner says behind it, is shorter. */
const WORDS_CHARACTERS = 64_000;
/** What a process printed last is there a moment after its end, unless a child of it holds the pipe. */
const LAST_WORDS_MS = 300;

/**
 * Runs the verifications of a contract one after the other, without a shell, once Codex is gone, and
 * returns what came of each. Nothing that one of them started lives on, also when this process is killed.
 * They run with the user's rights on files that an agent wrote, unless the contract puts them into the
 * sandbox.
 *
 * @throws what `signal` was ended with.
 */
export async function rerunVerifications(
  place: VerificationPlace,
  verifications: readonly Verification[],
  signal: AbortSignal,
): Promise<readonly VerificationSeen[]> {
  const seen: VerificationSeen[] = [];
  for (const verification of verifications) seen.push(await rerun(place, verification, signal));
  return seen;
}

async function rerun(
  place: VerificationPlace,
  verification: Verification,
  signal: AbortSignal,
): Promise<VerificationSeen> {
  const { command } = verification;
  const start = startOf(place, verification);
  if ("why" in start) return { command, end: { kind: "not-run", why: start.why }, words: "" };
  const mark = randomUUID();
  const child = started(start, environmentOf(place, verification, mark));
  if ("why" in child) return { command, end: { kind: "not-run", why: child.why }, words: "" };
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-WORDS_CHARACTERS);
    });
  }
  const survivors =
    child.pid === undefined ? undefined : watchForSurvivors(child.pid, { mark, mountPoints: [] });
  const end = await endOf(child, verification, signal);
  endGroup(child.pid);
  await endMarked(mark);
  await survivors?.over();
  signal.throwIfAborted();
  return { command, end, words: tellingLine(said) };
}

type Start =
  | { readonly program: string; readonly words: readonly string[]; readonly cwd: string }
  | { readonly why: string };

function startOf(place: VerificationPlace, { command, cwd = ".", sandbox }: Verification): Start {
  const folder = placeOf(place.workspace, cwd);
  if (folder.kind === "missing") return { why: `the folder ${cwd} is not there` };
  if (folder.kind !== "there") return { why: `${cwd} ${folder.detail}` };
  if (!folder.stats.isDirectory()) return { why: `${cwd} is no folder` };
  const program = programOf(place, command[0] ?? "");
  if (program === undefined)
    return { why: `there is no program ${command[0]} on PATH, outside of the workspace` };
  const words = [...sandboxed(place, sandbox), program, ...command.slice(1)];
  const [first = program, ...rest] = [...dyingWithParent(), ...words];
  return { program: first, words: rest, cwd: folder.path };
}

/** A name without a folder is looked up on PATH, and never in the workspace, where the agent wrote. */
function programOf({ environment, workspace }: VerificationPlace, name: string): string | undefined {
  if (name.includes("/")) return name;
  const found = findPrograms(programNames(name), environment);
  return found.find((path) => !isInside(workspace, realpathSync(path)));
}

/** `codex sandbox` ends as the command in it does (0.140, 0.169). */
function sandboxed({ codex }: VerificationPlace, sandbox: Verification["sandbox"]): readonly string[] {
  if (sandbox === "none") return [];
  const settings = [
    `sandbox_mode="${sandbox}"`,
    "sandbox_workspace_write.network_access=false",
    "sandbox_workspace_write.writable_roots=[]",
  ];
  return [codex, "sandbox", ...settings.flatMap((setting) => ["-c", setting]), "--"];
}

type Running = ReturnType<typeof spawnPiped>;

/** Words that are longer than the system takes are refused before anything runs. */
function started(
  start: Exclude<Start, { why: string }>,
  environment: ChildEnvironment,
): Running | { why: string } {
  try {
    return spawnPiped(start, environment);
  } catch (error) {
    return { why: `it cannot be started: ${oneLine(errorText(error))}` };
  }
}

function spawnPiped({ program, words, cwd }: Exclude<Start, { why: string }>, env: ChildEnvironment) {
  return spawn(program, words, {
    cwd,
    env,
    detached: hasGroups(),
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
}

function environmentOf(place: VerificationPlace, verification: Verification, mark: string): ChildEnvironment {
  const environment = verificationEnvironment(place, verification.environment, mark);
  return verification.sandbox === "none" ? environment : { ...environment, CODEX_HOME: place.codexHome };
}

async function endOf(child: ChildProcess, verification: Verification, signal: AbortSignal): Promise<End> {
  const seconds = verification.timeoutSeconds;
  const limit = AbortSignal.timeout(seconds * 1_000);
  const over = new AbortController();
  try {
    return await Promise.race([
      exitOf(child),
      aborted(limit, { kind: "timed-out", seconds }, over.signal),
      aborted(signal, { kind: "not-run", why: "it was cancelled" }, over.signal),
    ]);
  } finally {
    over.abort();
  }
}

/** Ends with the process, and not with its pipes: what it left may hold them for as long as it likes. */
function exitOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    child.once("error", (error) =>
      resolve({ kind: "not-run", why: `it cannot be started: ${error.message}` }),
    );
    child.once("exit", (exitCode, name) => {
      const end: End =
        exitCode === null ? { kind: "signal", signal: String(name) } : { kind: "exited", exitCode };
      child.once("close", () => resolve(end));
      setTimeout(() => resolve(end), LAST_WORDS_MS).unref();
    });
  });
}

function aborted(signal: AbortSignal, end: End, over: AbortSignal): Promise<End> {
  return new Promise((resolve) => {
    const stop = () => resolve(end);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true, signal: over });
  });
}
