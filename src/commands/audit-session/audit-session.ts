import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { claimsExitCode } from "#audit/claims/claims-exit-code.ts";
import { judgeClaims } from "#audit/claims/judge-claims.ts";
import { errorCode, errorText } from "#base/fault.ts";
import { oneLine } from "#base/text.ts";
import type { Delegations } from "#claude/delegations/delegation.ts";
import { findSessionTranscript, type SessionFile } from "#claude/delegations/find-session-transcript.ts";
import { readDelegations } from "#claude/delegations/read-delegations.ts";
import { claudeConfigDirectory } from "#claude/host-environment.ts";
import { realPath } from "#claude/real-path.ts";
import { pasteSafe } from "#commands/audit-plugins/report/paste-safe.ts";
import { wrapped } from "#commands/audit-plugins/report/wrapped.ts";
import { type Call, type Command, JSON_OPTION, printJson, UsageFault } from "#commands/command.ts";
import { sessionEvidence } from "./session-evidence.ts";
import { sessionJson } from "./session-json.ts";
import { type SessionLine, sessionLines } from "./session-lines.ts";

/** `countersign audit session`: whether what a transcript says of Codex is so. */
export const auditSession: Command = {
  name: "audit session",
  summary: "Compare what a session of Claude Code says of Codex with what Codex left.",
  usage: "<id|transcript> [--codex-home DIR]... [--markdown|--json]",
  positionals: 1,
  options: {
    "codex-home": { type: "string", value: "DIR", multiple: true, help: "look into this CODEX_HOME too" },
    markdown: { type: "boolean", help: "print one block to paste into an issue" },
    json: JSON_OPTION,
  },
  run: auditOne,
};

/** Exit code 0 where all claims are backed or none is made, 1 where one is not, 2 where it could not be told. */
async function auditOne(call: Call): Promise<number> {
  const path = transcriptOf(call);
  const said = withRealFolders(await read(path, call.signal));
  const evidence = await sessionEvidence(call, said);
  const session = { said, evidence, audit: judgeClaims(said, evidence) };
  if (call.flags.has("json")) printJson(call, "audit-session", sessionJson(session));
  else if (call.flags.has("markdown")) call.stdout.write(markdownOf(call, sessionLines(session)));
  else call.stdout.write(printed(sessionLines(session), oneLine));
  return claimsExitCode(session.audit.claims, said.damage.length > 0);
}

async function read(path: string, signal: AbortSignal): Promise<Delegations> {
  try {
    return await readDelegations(path, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (errorCode(error) === undefined) throw error;
    const text = `${path} cannot be read (${errorText(error)}); name a transcript or a session's id`;
    throw new UsageFault({ kind: "usage", text: oneLine(text) });
  }
}

function transcriptOf(call: Call): string {
  const [text] = call.positionals;
  if (text === undefined || text === "")
    throw new UsageFault({
      kind: "usage",
      text: "name a session's id or its transcript: `countersign audit session ID`",
    });
  const path = resolve(call.cwd, text);
  if (isFile(path)) return path;
  const config = claudeConfigDirectory({ HOME: call.home, ...call.environment });
  const found = findSessionTranscript(resolve(call.cwd, config), text);
  if (found.kind === "found") return found.path;
  const where = join(config, "projects");
  const what =
    found.kind === "several"
      ? `"${text}" begins the ids of several sessions; name one of them whole`
      : `no file and no session is called "${text}" (sessions are looked for in ${where}); name one that is there, or a transcript`;
  throw new UsageFault({ kind: "usage", text: oneLine(what), choices: found.near.map(choice) });
}

/** What is no path at all, or is too long for one, is no file either. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return false;
  }
}

function choice({ session, changed, path }: SessionFile): string {
  return oneLine(
    `${session}  ${new Date(changed).toISOString().slice(0, 16).replace("T", " ")} UTC  ${path}`,
  );
}

/** The folders in a transcript are as they were typed; those of rollouts are real ones. */
function withRealFolders(said: Delegations): Delegations {
  const claims = said.claims.map((claim) => {
    if (claim.kind !== "call" || claim.call.folder === undefined) return claim;
    return { ...claim, call: { ...claim.call, folder: realPath(resolve(claim.call.folder)) } };
  });
  return { ...said, claims, folders: [...new Set(said.folders.map(realPath))] };
}

const WIDTH = 110;
const MARGIN = 10;

/** What is printed is foreign: each line becomes a safe one. */
function printed(lines: readonly SessionLine[], safe: (text: string) => string): string {
  return lines
    .flatMap(({ word, text }) => {
      const first = word === undefined ? "" : word.padEnd(MARGIN);
      return wrapped(safe(text), { first, rest: " ".repeat(first.length), width: WIDTH });
    })
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

function markdownOf(call: Call, lines: readonly SessionLine[]): string {
  const text = printed(lines, (line) => pasteSafe(line, call)).trimEnd();
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${fence}text\n${text}\n${fence}\n`;
}
