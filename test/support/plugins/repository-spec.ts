/** One file of a repository or of a folder: a text is a plain file, made executable or a link by the other forms. */
export type FileSpec =
  | string
  | { readonly executable: string }
  | { readonly linkTo: string }
  | { readonly bytes: Uint8Array };

/** What one commit changes: paths with their new content; `null` removes a file. */
export type Files = Readonly<Record<string, FileSpec | null>>;

export type CommitSpec = {
  /** How the test calls it; unique within its repository. */
  readonly label: string;
  readonly files: Files;
  /** The label of the parent; by default the commit before it in the list. `none` begins a history of its own. */
  readonly parent?: string;
};

/** A repository with one line of history (or several, by `parent`), oldest commit first; `main` ends at the last. */
export type RepositorySpec = {
  /** As on a host of git repositories: `lab/mkt`. */
  readonly name: string;
  readonly commits: readonly CommitSpec[];
};

/** Returns all files of a repository as of one of its commits. */
export function filesAt({ name, commits }: RepositorySpec, label: string): ReadonlyMap<string, FileSpec> {
  const index = commits.findIndex((commit) => commit.label === label);
  const commit = commits[index];
  if (commit === undefined) throw new Error(`${name} has no commit ${label}`);
  const parent = parentLabel(commits, index);
  const files = new Map(
    parent === undefined ? [] : filesAt({ name, commits: commits.slice(0, index) }, parent),
  );
  for (const [path, file] of Object.entries(commit.files)) {
    if (file === null) files.delete(path);
    else files.set(path, file);
  }
  return files;
}

/** Returns those of the files that are below a folder, by their paths in it; all of them for `""` and `.`. */
export function filesBelow(
  files: ReadonlyMap<string, FileSpec>,
  folder: string,
): ReadonlyMap<string, FileSpec> {
  const plain = folder.replace(/^\.\/?/, "").replace(/\/$/, "");
  if (plain === "") return files;
  return new Map(
    [...files].flatMap(([path, file]) =>
      path.startsWith(`${plain}/`) ? [[path.slice(plain.length + 1), file] as const] : [],
    ),
  );
}

/** Returns the label of the parent of a commit; `undefined` for the first of a history. */
export function parentLabel(commits: readonly CommitSpec[], index: number): string | undefined {
  const asked = commits[index]?.parent;
  return asked === "none" ? undefined : (asked ?? commits[index - 1]?.label);
}
