import type { Scope } from "#claude/settings.ts";

/** What the settings say of one plugin, in the order in which they are merged; the last word counts. */
export type Enablement = {
  readonly plugin: string;
  readonly words: readonly {
    readonly scope: Scope;
    readonly path: string;
    readonly enabled: boolean;
  }[];
  readonly enabled: boolean;
};
