import { randomUUID } from "node:crypto";
import { existsSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type * as z from "zod/mini";
import { makeScratchFolder } from "#base/scratch-folder.ts";
import { clip, oneLine } from "#base/text.ts";
import type { AppServer } from "#codex/connection/app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import { PROFILE_NAME } from "#codex/permission-profile.ts";
import { CommandExecResult } from "#codex/protocol.ts";

/**
 * Whether a server's sandbox keeps a reviewer from writing, from reading what is denied, and from
 * leaving processes behind.
 */
export type SandboxProbe =
  | { readonly kind: "holds" }
  /** Commands run and cannot write, but nothing keeps them from the secrets. */
  | { readonly kind: "no-deny-read"; readonly detail: string }
  /** No command can be run in it, or it does not even refuse a write. */
  | { readonly kind: "unusable"; readonly detail: string }
  /** Nobody tried, for there is to be no shell. */
  | { readonly kind: "not-asked"; readonly detail: string };

/** Names the process namespace that a process is in (Linux). */
const OWN_PROCESSES = "/proc/self/ns/pid";

/** Each line stands for itself: one that fails must not hide what the next one does. */
const SCRIPT = `cat readable; cat .env; readlink ${OWN_PROCESSES}; : > written`;

/** The command takes 40 ms. One that hangs must not cost a review its time. */
const TIME_LIMIT_MS = 10_000;

type Marks = { readonly directory: string; readonly readable: string; readonly secret: string };

/**
 * Runs one command in the server's sandbox, without a model and without a thread, and returns
 * what the sandbox let it do: read a plain file (it should), read a denied one, write one, share our processes.
 *
 * @throws CodexFault `server-died` or `server-draining`, or `signal`'s reason.
 */
export async function probeSandbox(server: AppServer, signal: AbortSignal): Promise<SandboxProbe> {
  const marks = layOut();
  try {
    const result = await server.request(
      "command/exec",
      {
        command: ["/bin/sh", "-c", SCRIPT],
        cwd: marks.directory,
        permissionProfile: PROFILE_NAME,
        timeoutMs: TIME_LIMIT_MS,
      },
      CommandExecResult,
      signal,
    );
    return judge(marks, result);
  } catch (error) {
    if (!(error instanceof CodexFault) || error.failure.kind !== "protocol") throw error;
    return refused(error.failure.detail);
  } finally {
    rmSync(marks.directory, { recursive: true, force: true });
  }
}

/** Random texts, so that nothing but these two files can have shown them. */
function layOut(): Marks {
  const directory = makeScratchFolder("probe");
  const marks = { directory, readable: randomUUID(), secret: randomUUID() };
  writeFileSync(join(directory, "readable"), marks.readable);
  writeFileSync(join(directory, ".env"), marks.secret);
  return marks;
}

function judge(marks: Marks, result: z.output<typeof CommandExecResult>): SandboxProbe {
  const said = clip(oneLine(result.stderr), 500);
  if (!result.stdout.includes(marks.readable)) {
    return { kind: "unusable", detail: said === "" ? `exit ${result.exitCode}` : said };
  }
  if (existsSync(join(marks.directory, "written"))) {
    return { kind: "unusable", detail: "a command could write" };
  }
  if (sharesProcesses(result.stdout)) {
    return { kind: "unusable", detail: "a command would not end with its review" };
  }
  if (result.stdout.includes(marks.secret)) {
    return { kind: "no-deny-read", detail: "a denied file could be read" };
  }
  return { kind: "holds" };
}

/**
 * A command that makes itself a daemon is found by nobody; it ends because its namespace does. Only
 * seen where /proc is the sandbox's own: where it may not be mounted, the link leads nowhere.
 */
function sharesProcesses(stdout: string): boolean {
  return process.platform === "linux" && stdout.includes(readlinkSync(OWN_PROCESSES));
}

/** A server that was started without the profile, or does not know such things, says so here. */
function refused(detail: string): SandboxProbe {
  return /permission ?profile/i.test(detail)
    ? { kind: "no-deny-read", detail }
    : { kind: "unusable", detail };
}
