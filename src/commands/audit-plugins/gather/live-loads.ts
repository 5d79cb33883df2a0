import type { LiveLoad } from "#audit/plugins/plugin-facts.ts";
import type { ClaudeProcess } from "#claude/plugins/claude-process.ts";
import { realPath } from "#claude/real-path.ts";
import type { PluginOutline } from "./plugin-outlines.ts";

type Evidence = LiveLoad["evidence"];
type Recorded = {
  readonly evidence: Extract<Evidence, { readonly kind: "recorded" }>;
  /** Null where its bytes have no name. */
  readonly tree: LiveLoad["tree"];
};
type Process = Pick<LiveLoad, "pid" | "startTime" | "sessionId">;

/** What is known besides the plugin itself. */
export type LiveSurroundings = {
  readonly processes: readonly ClaudeProcess[];
  /** The folder in which a directory marketplace has it: it is loaded from there, and leaves no mark. */
  readonly source: string | null;
  /** What was recorded of a process at its session's first stop. */
  readonly recorded: (process: Process, plugin: string) => Recorded | null;
};

/** Returns which living processes have loaded a plugin, by pid, and how that is known. */
export function liveLoads(outline: PluginOutline, around: LiveSurroundings): readonly LiveLoad[] {
  const marks = marksOf(outline);
  const seen = new Map<string, Process>([
    ...marks.map((mark) => [keyOf(mark), { ...mark, sessionId: null }] as const),
    ...around.processes.map((process) => [keyOf(process), process] as const),
  ]);
  const starts = new Map(around.processes.map((process) => [keyOf(process), process.start]));
  return [...seen]
    .flatMap(([key, process]): readonly LiveLoad[] => {
      const { pid, startTime, sessionId } = process;
      const recorded = around.recorded(process, outline.id);
      const own = marks.filter((mark) => keyOf(mark) === key);
      const evidence =
        byMarks(own, recorded) ??
        recorded?.evidence ??
        byStart(outline, starts.get(key) ?? null) ??
        bySource(outline, around);
      return evidence === null
        ? []
        : [{ pid, startTime, sessionId, tree: treeOf(evidence, recorded), evidence }];
    })
    .toSorted((a, b) => a.pid - b.pid);
}

/** What was put on record of one folder says nothing of another. */
function treeOf(evidence: Evidence, recorded: Recorded | null): LiveLoad["tree"] {
  if (recorded === null) return null;
  const path = "path" in evidence ? evidence.path : evidence.kind === "markers" ? evidence.first : null;
  return path === recorded.evidence.path ? recorded.tree : null;
}

type Mark = Pick<Process, "pid" | "startTime"> & { readonly path: string; readonly version: string };

function marksOf({ versions }: PluginOutline): readonly Mark[] {
  return versions.flatMap(({ holders, folder, version }) =>
    holders.flatMap(({ pid, procStart, state }) =>
      state === "alive" && procStart !== null
        ? [{ pid, startTime: procStart, path: folder.path, version }]
        : [],
    ),
  );
}

function keyOf({ pid, startTime }: Pick<Process, "pid" | "startTime">): string {
  return `${pid} ${startTime}`;
}

/** Several marks of one process: it was told to reload, or an update came in the background. */
function byMarks(marks: readonly Mark[], recorded: Recorded | null): Evidence | null {
  const [mark] = marks;
  if (mark === undefined) return null;
  if (marks.length === 1) return { kind: "marker", path: mark.path, version: mark.version };
  return { kind: "markers", paths: marks.map(({ path }) => path), first: recorded?.evidence.path ?? null };
}

function byStart({ loose }: PluginOutline, start: ClaudeProcess["start"]): Evidence | null {
  if (start === null) return null;
  for (const { folder } of loose) {
    const same = (path: string): boolean => realPath(path) === realPath(folder.path);
    if (start.pluginDirs.some(same)) return { kind: "argument", path: folder.path };
    if (start.environmentDirs.some(same)) return { kind: "environment", path: folder.path };
  }
  return null;
}

/** What only a project's settings enable may be off in the project of that process. */
function bySource({ enablement }: PluginOutline, { source }: LiveSurroundings): Evidence | null {
  if (source === null || enablement === null || !enablement.enabled) return null;
  const everywhere = enablement.words.every(({ scope }) => scope === "user" || scope === "managed");
  return everywhere ? { kind: "directory-source", path: source } : { kind: "unknown" };
}
