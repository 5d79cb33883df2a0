import { join } from "node:path";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { locationsOf } from "#runs/locations.ts";
import { type Called, callCommand } from "#test/call-command.ts";
import type { LaidOutPlugins } from "./lay-out-plugins.ts";

const text = z.nullable(z.string());
const Copy = z.looseObject({
  path: z.string(),
  stands: z.string(),
  record: z.nullable(z.looseObject({ index: z.number(), scope: z.string(), gitCommitSha: text })),
  holders: z.array(z.looseObject({ pid: z.number(), state: z.string() })),
  tree: text,
  recorded: z.looseObject({ kind: z.string(), tree: z.optional(z.string()) }),
  match: z.looseObject({
    kind: z.string(),
    commit: z.optional(z.string()),
    isHead: z.optional(z.boolean()),
    whole: z.optional(z.boolean()),
  }),
});
const Finding = z.looseObject({ kind: z.string() });
const Plugin = z.looseObject({
  id: z.string(),
  consistency: z.looseObject({ kind: z.string() }),
  copies: z.array(Copy),
  findings: z.array(Finding),
});
const Audit = z.looseObject({ plugins: z.array(Plugin), findings: z.array(Finding) });

export type AuditedCopy = z.output<typeof Copy>;
export type AuditedPlugins = z.output<typeof Audit>;

/** Returns what `audit plugins --json` prints of a world, asked in one of its projects, and its exit code. */
export async function auditedPlugins(
  world: LaidOutPlugins,
  project = "app",
): Promise<{ readonly code: number; readonly audit: AuditedPlugins }> {
  const { code, stdout } = await auditIn(world, project, ["--json"]);
  return { code, audit: parseJson(stdout, Audit) };
}

/** Calls `audit plugins` with these words in a project of the world. */
export async function auditIn(
  world: LaidOutPlugins,
  project: string,
  words: readonly string[],
): Promise<Called> {
  const environment = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: world.home,
    CLAUDE_CONFIG_DIR: world.configDirectory,
  };
  const place = { home: world.home, cwd: world.projectPath(project), environment };
  const state = locationsOf({ COUNTERSIGN_HOME: join(world.root, "state") }, world.home, "linux");
  return await callCommand(state, ["audit", "plugins", ...words], place);
}
