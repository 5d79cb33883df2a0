import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod/mini";
import { readIfPresent } from "#base/files.ts";
import { parseJson } from "#base/json.ts";
import { claudeEnvironment } from "../claude-process.ts";
import { eventuallyAsync } from "../eventually.ts";
import { runCountersign } from "../run-countersign.ts";
import { filesBelowAsLines } from "./files-below.ts";
import type { LiveSession, SessionOptions } from "./plugin-session.ts";
import type { PluginWorld } from "./plugin-world.ts";
import { type Load, loaded, measureNext, type Scene } from "./scene.ts";

const text = z.nullable(z.string());
const Finding = z.looseObject({ kind: z.string(), direction: z.optional(text) });
const Next = z.discriminatedUnion("kind", [
  z.looseObject({
    kind: z.literal("loads"),
    path: z.string(),
    version: text,
    why: z.string(),
    hooks: z.string(),
  }),
  z.looseObject({ kind: z.literal("does-not-load"), why: z.string() }),
  z.looseObject({ kind: z.literal("unknown"), why: z.string() }),
]);
const Live = z.looseObject({
  pid: z.number(),
  evidence: z.looseObject({
    kind: z.string(),
    path: z.optional(z.string()),
    paths: z.optional(z.array(z.string())),
  }),
});
const Plugin = z.looseObject({
  id: z.string(),
  consistency: z.looseObject({ kind: z.string(), commits: z.optional(z.nullable(z.number())) }),
  next: Next,
  live: z.array(Live),
  findings: z.array(Finding),
});
const Audit = z.looseObject({
  plugins: z.array(Plugin),
  findings: z.array(Finding),
  exitCode: z.number(),
});

/** What the audit says of a scene's plugin, in the words of a table. */
export type Diagnosis = {
  /** The one word; with the number of commits where it is behind by a known one. */
  readonly verdict: string;
  /** Why a session started now loads it, or does not. */
  readonly next: string;
  /**
   * The kinds of what is found about it and about no plugin, in code-point order; a false record with its
   * direction. Without `clone-shallow`, which is found wherever Claude Code itself made the clone.
   */
  readonly findings: readonly string[];
  readonly exitCode: number;
};

/** What the audit said before any session was started, and what sessions then said of themselves. */
export type AuditedScene = {
  readonly diagnosis: Diagnosis;
  readonly foretold: Load;
  readonly real: Load;
  /** Of the session that runs: what the audit says that it has, and what its next init event says. */
  readonly running: { readonly said: readonly string[]; readonly real: readonly string[] } | undefined;
};

/**
 * Audits a scene with the built command, then starts the session that the scene is about. The audit is done in
 * the folder and the environment of that session; its arguments nobody can know before.
 *
 * @throws Error where the audit changed a byte or a time of the config directory.
 */
export async function auditScene(
  world: PluginWorld,
  scene: Scene,
  words: readonly string[] = [],
): Promise<AuditedScene> {
  const { running, plugin, start } = scene;
  const audit = await auditInPlace(world, { ...start, ...(running === undefined ? {} : { running }), words });
  const own = audit.plugins.find(({ id }) => id === plugin);
  const now = await running?.ask("Still there?");
  const real = await measureNext(world, scene);
  await running?.end();
  const [name] = plugin.split("@");
  return {
    diagnosis: diagnosisOf(audit, plugin),
    foretold:
      own?.next.kind === "loads" ? loaded(own.next.path, own.next.version ?? undefined) : { kind: "nothing" },
    real,
    running: now &&
      running && {
        said: (own?.live ?? [])
          .filter(({ pid }) => pid === running.pid)
          .flatMap(({ evidence: { path, paths } }) => paths ?? path ?? []),
        real: now.plugins.filter((one) => one.name === name).map(({ path }) => path),
      },
  };
}

type AuditQuestion = SessionOptions & {
  /** Held still meanwhile: what a session writes by itself is not the audit's doing. */
  readonly running?: LiveSession;
  readonly words?: readonly string[];
};

type Audit = z.output<typeof Audit>;

/** Runs the built command in a world and returns what it prints. Throws where a byte or a time changed by it. */
export async function auditInPlace(world: PluginWorld, question: AuditQuestion = {}): Promise<Audit> {
  const { cwd = world.project, env = {}, running, words = [] } = question;
  const environment = {
    ...claudeEnvironment(world.options({ cwd, env })),
    COUNTERSIGN_HOME: join(world.home.root, "countersign"),
  };
  if (running !== undefined) await holdStill(running.pid);
  try {
    const before = filesBelowAsLines(world.configDirectory);
    const run = await runCountersign(["audit", "plugins", "--json", ...words], environment, cwd);
    const after = filesBelowAsLines(world.configDirectory);
    if (!isDeepStrictEqual(after, before)) throw new Error("the audit changed the config directory");
    if (run.stdout === "") throw new Error(`the audit printed nothing: ${run.stderr}`);
    return parseJson(run.stdout, Audit);
  } finally {
    if (running !== undefined) process.kill(running.pid, "SIGCONT");
  }
}

/** Stops a process and resolves once it stands: a thread that is in the middle of a write ends that first. */
async function holdStill(pid: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  const threads = `/proc/${pid}/task`;
  await eventuallyAsync(
    async () =>
      readdirSync(threads).every((thread) =>
        /\) [TtZX] /.test(readIfPresent(join(threads, thread, "stat")) ?? ") X "),
      ),
    () => `process ${pid} stands still`,
  );
}

/** Returns what an audit says of one plugin. */
export function diagnosisOf(audit: Audit, plugin: string): Diagnosis {
  const own = audit.plugins.find(({ id }) => id === plugin);
  const { kind = "not told of", commits = null } = own?.consistency ?? {};
  return {
    verdict: commits === null ? kind : `${kind} ${commits}`,
    next: own?.next.why ?? "not told of",
    findings: [...(own?.findings ?? []), ...audit.findings]
      .filter(({ kind: found }) => found !== "clone-shallow")
      .map(({ kind: found, direction }) => (direction ? `${found}:${direction}` : found))
      .sort(),
    exitCode: audit.exitCode,
  };
}

/** The diagnosis that a table expects; the findings as words with blanks between. */
export function diagnosed(verdict: string, next: string, exitCode: number, findings = ""): Diagnosis {
  return { verdict, next, exitCode, findings: findings === "" ? [] : findings.split(" ").sort() };
}
