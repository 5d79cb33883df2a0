import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as z from "zod/mini";
import { errorCode } from "#base/fault.ts";
import { listIfPresent, readIfPresent } from "#base/files.ts";
import { parseJson } from "#base/json.ts";

/** The transcript of one sub-agent. */
export type AgentFile = {
  readonly path: string;
  readonly id: string;
  readonly size: number;
  readonly changed: Date;
  /** The call that started it, where its record says so. */
  readonly call: string | undefined;
  /** Its record says that it came to its end. */
  readonly finished: boolean;
};

const Meta = z.looseObject({
  toolUseId: z.catch(z.optional(z.string()), undefined),
  finished: z.catch(z.optional(z.boolean()), undefined),
});
const AGENT = /^agent-(.+)\.jsonl$/;

/**
 * Returns where a session's transcript is, or `undefined` where there is none. Claude Code 2.1.330
 * moves it, with those of the sub-agents, to the folder of the work tree that the session enters,
 * and back: one that is gone is looked for beside it, by its name.
 */
export function findTranscript(path: string): string | undefined {
  if (isFile(path)) return path;
  const projects = dirname(dirname(path));
  return listIfPresent(projects)
    .map((project) => join(projects, project, basename(path)))
    .find(isFile);
}

/** Returns the transcripts of a session's sub-agents, however deep, the newest first. */
export function agentFiles(transcript: string): readonly AgentFile[] {
  const folder = join(transcript.replace(/\.jsonl$/, ""), "subagents");
  return namesBelow(folder)
    .flatMap((name) => {
      const id = AGENT.exec(basename(name))?.[1];
      return id === undefined ? [] : [agentFile(join(folder, name), id)];
    })
    .sort((a, b) => b.changed.getTime() - a.changed.getTime());
}

function agentFile(path: string, id: string): AgentFile {
  const { size, mtime } = statSync(path);
  const { toolUseId, finished = false } = metaOf(path.replace(/\.jsonl$/, ".meta.json"));
  return { path, id, size, changed: mtime, call: toolUseId, finished };
}

function metaOf(path: string): Partial<z.output<typeof Meta>> {
  try {
    return parseJson(readIfPresent(path) ?? "{}", Meta);
  } catch {
    return {};
  }
}

function namesBelow(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return false;
  }
}
