/** What is wrong with a marketplace, or with a file of the host. */
export type PlaceFindings = {
  readonly "clone-behind-remote": Clone & {
    readonly head: string | null;
    readonly remote: string;
    readonly commits: number | null;
    /** `tracking`: what the last fetch brought. `remote`: what it answered just now. */
    readonly seen: "tracking" | "remote";
  };
  readonly "clone-diverged": Clone & {
    readonly head: string | null;
    readonly tracking: string;
    readonly ahead: number | null;
    readonly behind: number | null;
  };
  readonly "clone-edited": Clone & Owned & { readonly paths: readonly string[]; readonly live: boolean };
  /** Nothing that was fetched from where the marketplace was added speaks for it. */
  readonly "clone-unconfirmed": Clone & {
    /** Of the clone's remote, where that is another one; null where nothing is kept of what was fetched. */
    readonly address: string | null;
    /** Where the marketplace was added from. */
    readonly wanted: string;
    /** To a tag or branch: of a tag nothing is kept that could be compared. */
    readonly pinned: boolean;
  };
  /** `fetchedAt`: when the history was fetched that is looked through instead (epoch milliseconds). */
  readonly "clone-shallow": Clone & { readonly head: string | null; readonly fetchedAt: number | null };
  readonly "clone-broken": Clone & Owned & { readonly detail: string };
  readonly "remote-not-answered": Clone & { readonly detail: string };
  readonly "file-unreadable": { readonly path: string; readonly detail: string };
  readonly "file-newer": { readonly path: string; readonly version: string };
  readonly "entries-dropped": { readonly path: string; readonly entries: readonly string[] };
  readonly "not-listed": { readonly what: readonly string[]; readonly leftOut: number };
  readonly "hooks-off": { readonly paths: readonly string[] };
};

type Clone = {
  readonly marketplace: string;
  readonly host: "claude" | "codex";
  readonly directory: string;
};

/** Whether it lies in the host's own folder of clones: a file that anybody can write says where it is. */
type Owned = { readonly own: boolean };
