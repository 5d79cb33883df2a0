import type { ObjectId } from "#base/ids.ts";
import type { LoadedLook } from "#commands/plugins-held/loaded-look.ts";
import type { LoadedPlugin, LoadedPlugins } from "#runs/loaded-plugins.ts";

/**
 * How well something is known. `seen`: the living process itself shows it. `recorded`: a stop of that
 * session saw so. `inferred`: traces, or where the host loads it from, agree with it and with nothing
 * else. `predicted`: its files say that it would be loaded. `unknown`: it was loaded, and which copy
 * cannot be told.
 */
type Strength = "seen" | "recorded" | "inferred" | "predicted" | "unknown";

/** A plugin that a session has loaded. */
export type HeldPlugin = {
  readonly id: string;
  readonly strength: Strength;
  /** How it is known, in words. */
  readonly why: string;
  /** When that was so (ISO 8601); null for now. */
  readonly at: string | null;
  /** More than one where it is one of them, in the order in which the host marked them. */
  readonly copies: readonly HeldCopy[];
};

type HeldCopy = {
  readonly path: string;
  readonly version: string | null;
  /** As it was recorded; null where it was not. */
  readonly tree: ObjectId | null;
};

/** The same with what lies there now. */
export type SessionPlugin = Omit<HeldPlugin, "copies"> & {
  readonly copies: readonly (HeldCopy & {
    /** Whether the bytes are those that were recorded; null where none were: then `tree` is of now. */
    readonly unchanged: boolean | null;
  })[];
};

/** Returns what a living process holds. Of copies that the last record names, the bytes are those of then. */
export function heldNow({ plugins }: LoadedLook, last: LoadedPlugins | undefined): readonly HeldPlugin[] {
  const recorded = new Map(
    last?.plugins.flatMap(({ copies }) => copies.map((copy) => [copy.path, copy.tree])),
  );
  return plugins.map(({ id, evidence, folders }) => {
    const copies = folders.map(({ path, manifest }) => ({
      path,
      version: manifest.kind === "read" ? manifest.value.version : null,
      tree: recorded.get(path) ?? null,
    }));
    return held({ id, evidence, copies }, { sure: "seen", at: null });
  });
}

/** Returns what a record says. */
export function heldByRecord({ at, plugins }: LoadedPlugins): readonly HeldPlugin[] {
  return plugins.map((plugin) => held(plugin, { sure: "recorded", at }));
}

type Found = Pick<LoadedPlugin, "id" | "evidence"> & { readonly copies: readonly HeldCopy[] };

function held(
  { id, evidence, copies }: Found,
  { sure, at }: Pick<HeldPlugin, "at"> & { readonly sure: Strength },
): HeldPlugin {
  const short = copies.map(({ path, version, tree }) => ({ path, version, tree }));
  if (copies.length > 1) {
    const why =
      evidence === "marker"
        ? "the process has marked several versions: it was told to reload, or an update came in the background"
        : "several versions lie where it is loaded from";
    return { id, strength: "unknown", why, at, copies: short };
  }
  return { id, strength: strengthOf(evidence, sure), why: WHY[evidence], at, copies: short };
}

function strengthOf(evidence: LoadedPlugin["evidence"], sure: Strength): Strength {
  switch (evidence) {
    case "marker":
    case "argument":
    case "environment":
      return sure;
    case "directory-source":
    case "skills-dir":
    case "seed":
      return "inferred";
    case "predicted":
      return "predicted";
  }
}

const WHY: Readonly<Record<LoadedPlugin["evidence"], string>> = {
  marker: "the process has marked this version and no other",
  argument: "the process was started with it",
  environment: "the process was started with it (CLAUDE_CODE_PLUGIN_DIRS)",
  "directory-source": "its marketplace is a folder, from which it is loaded as it stands there",
  "skills-dir": "it lies among the skills, from where it is loaded as it stands there",
  seed: "it is enabled, has no record, and lies in a seed folder",
  predicted: "it is enabled and recorded; no mark of the process was found",
};
