import { type IsolatedThread, isolatedThread } from "#codex/isolation.ts";

export type ThreadConfigOptions = Omit<IsolatedThread, "alsoOff"> & { readonly effort: string | undefined };

/**
 * Returns the thread configuration of a run that somebody asked for: no more than it needs. What the user's
 * own files tell the model (AGENTS.md, skills) stays: a run is the user's work.
 */
export function threadConfig({ effort, ...isolated }: ThreadConfigOptions): object {
  return {
    ...isolatedThread({ ...isolated, alsoOff: ["image_generation"] }),
    // What the user's configuration may add to it would not be on record as `workspace-write`.
    sandbox_workspace_write: { network_access: false, writable_roots: [] },
    ...(effort === undefined ? {} : { model_reasoning_effort: effort }),
  };
}
