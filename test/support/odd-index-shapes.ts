import type { OddShape, OddStage } from "./odd-stage.ts";

/** Two branches that both changed the same files, in all ways that there are. */
function diverge({ tree, git, scatter, commit }: OddStage): void {
  scatter(3);
  const write = (names: readonly string[], content: string) => {
    for (const name of names) tree.write(name, content);
  };
  write(["both", "theirs-gone", "ours-gone", "to-folder"], "base\n");
  commit();
  git("checkout", "-q", "-b", "theirs");
  write(["both", "added", "ours-gone", "to-folder"], "theirs\n");
  tree.remove("theirs-gone");
  commit();
  git("checkout", "-q", "main");
  write(["both", "added", "theirs-gone", "to-folder/inside"], "ours\n");
  tree.remove("ours-gone");
  commit();
}

function sparse(...words: readonly string[]): OddShape {
  return ({ tree, git, scatter, commit }) => {
    scatter(3);
    for (const name of ["in/a", "in/deep/a", "out/a", "out/deep/a", "top"]) tree.write(name, `${name}\n`);
    commit();
    git("sparse-checkout", "set", ...words, "in");
    tree.write("out/a", "back again\n");
    return undefined;
  };
}

function withIndex(change: (stage: OddStage) => void): OddShape {
  return (stage) => {
    stage.scatter(5);
    stage.tree.write("a", "a\n");
    stage.tree.write("b", "b\n");
    stage.commit();
    change(stage);
    return undefined;
  };
}

/** Repositories whose index is odd. */
export const INDEX_SHAPES: readonly (readonly [string, OddShape])[] = [
  [
    "staged, never committed",
    ({ tree, git, scatter }) => {
      scatter(5);
      git("add", "--all", "--ignore-errors");
      tree.write("plain.txt", "edited after staging\n");
      return undefined;
    },
  ],
  [
    "staged and edited again",
    withIndex(({ tree, git, scatter }) => {
      scatter(2);
      git("add", "--all", "--ignore-errors");
      git("rm", "--cached", "-q", "a");
      tree.write("b", "edited\n");
    }),
  ],
  ["sparse cone", sparse("--cone")],
  ["sparse patterns", sparse("--no-cone")],
  ["sparse index", sparse("--cone", "--sparse-index")],
  [
    "sparse bits without a sparse checkout",
    withIndex(({ tree, git }) => {
      git("update-index", "--skip-worktree", "a", "b");
      tree.write("a", "hidden\n");
      tree.remove("b");
    }),
  ],
  [
    "assumed unchanged",
    withIndex(({ tree, git }) => {
      git("update-index", "--assume-unchanged", "a", "b");
      tree.write("a", "hidden\n");
      tree.remove("b");
    }),
  ],
  [
    "intent to add",
    withIndex(({ tree, git }) => {
      for (const name of ["later", "later-gone", "later-folder"]) tree.write(name, `${name}\n`);
      git("add", "--intent-to-add", "--all");
      tree.remove("later-gone");
      tree.write("later-folder/inside", "n\n");
    }),
  ],
  [
    "a merge in conflict",
    (stage) => {
      diverge(stage);
      stage.git("merge", "-q", "theirs");
      return undefined;
    },
  ],
  [
    "a rebase in conflict",
    (stage) => {
      diverge(stage);
      stage.git("rebase", "-q", "theirs");
      return undefined;
    },
  ],
  [
    "conflicts where links and folders stand now",
    (stage) => {
      diverge(stage);
      stage.git("merge", "-q", "theirs");
      stage.tree.link("both", "added");
      stage.tree.write("added/inside", "n\n");
      stage.tree.remove("ours-gone");
      return undefined;
    },
  ],
  ["split index", withIndex(({ git }) => git("update-index", "--split-index"))],
  ["index of version 4", withIndex(({ git }) => git("update-index", "--index-version", "4"))],
  [
    "caches in the index",
    withIndex(({ git }) => {
      git("config", "core.untrackedCache", "true");
      git("config", "core.fsmonitor", "true-is-no-program");
      git("update-index", "--untracked-cache");
      git("status");
    }),
  ],
  ["no index where there was one", withIndex(({ tree }) => tree.remove(".git/index"))],
];
