import * as z from "zod/mini";

/** What the first line of a rollout says of its thread. Absent fields were not told. */
export type ThreadHead = {
  readonly threadId: string;
  readonly cwd: string | undefined;
  /** The program that began it: `codex_exec`, or the name of the server's first client. */
  readonly originator: string | undefined;
  /** `exec`, `vscode` (any client of a server), `cli`, `subagent:review` and the like. */
  readonly source: string | undefined;
  /** Of a thread that another one started, such as the thread in which a review is done. */
  readonly parentThreadId: string | undefined;
  /** Of a fork: all that was said before it was said elsewhere. */
  readonly forkedFrom: string | undefined;
  readonly cliVersion: string | undefined;
  readonly modelProvider: string | undefined;
  /** Epoch milliseconds. */
  readonly startedAt: number | undefined;
};

const Meta = z.looseObject({
  id: z.string(),
  timestamp: z.nullish(z.string()),
  cwd: z.nullish(z.string()),
  originator: z.nullish(z.string()),
  cli_version: z.nullish(z.string()),
  source: z.nullish(z.unknown()),
  model_provider: z.nullish(z.string()),
  parent_thread_id: z.nullish(z.string()),
  forked_from_id: z.nullish(z.string()),
});
const NamedSource = z.record(z.string(), z.unknown());

/** Returns what a `session_meta` line says, or `undefined` where it is none. */
export function threadHead(payload: unknown): ThreadHead | undefined {
  const meta = z.safeParse(Meta, payload).data;
  if (meta === undefined) return undefined;
  const at = Date.parse(meta.timestamp ?? "");
  return {
    threadId: meta.id,
    cwd: meta.cwd ?? undefined,
    originator: meta.originator ?? undefined,
    source: sourceOf(meta.source),
    parentThreadId: meta.parent_thread_id ?? undefined,
    forkedFrom: meta.forked_from_id ?? undefined,
    cliVersion: meta.cli_version ?? undefined,
    modelProvider: meta.model_provider ?? undefined,
    startedAt: Number.isNaN(at) ? undefined : at,
  };
}

/** A word, or an object of one key: `{"subagent": "review"}`, whose value can be an object in turn. */
function sourceOf(source: unknown): string | undefined {
  if (typeof source === "string") return source;
  const [entry] = Object.entries(z.safeParse(NamedSource, source).data ?? {});
  if (entry === undefined) return undefined;
  const inner = sourceOf(entry[1]);
  return inner === undefined ? entry[0] : `${entry[0]}:${inner}`;
}
