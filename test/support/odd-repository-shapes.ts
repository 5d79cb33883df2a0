import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beside, type OddShape, type OddStage } from "./odd-stage.ts";

/** Makes a repository elsewhere that can be cloned, and returns its folder. */
function origin({ scratch }: OddStage): string {
  const folder = join(scratch.beside, "origin");
  mkdirSync(join(folder, "lib"), { recursive: true });
  scratch.gitIn(folder, "init", "-q", "--initial-branch=main");
  writeFileSync(join(folder, "lib", "code.txt"), "code\n");
  writeFileSync(join(folder, "read me"), "read\n");
  scratch.gitIn(folder, "add", "--all");
  scratch.gitIn(folder, "commit", "-q", "-m", "origin");
  return folder;
}

function submodule(change: (stage: OddStage) => void): OddShape {
  return (stage) => {
    stage.scatter(3);
    stage.git("submodule", "--quiet", "add", origin(stage), "sub");
    stage.commit();
    change(stage);
    return undefined;
  };
}

function nested(change: (stage: OddStage, inner: string) => void): OddShape {
  return (stage) => {
    stage.scatter(3);
    stage.commit();
    stage.tree.folder("inner");
    const inner = join(stage.tree.root, "inner");
    stage.scratch.gitIn(inner, "init", "-q");
    change(stage, inner);
    return undefined;
  };
}

function committed(change: (stage: OddStage) => void): OddShape {
  return (stage) => {
    stage.scatter(5);
    stage.commit();
    change(stage);
    return undefined;
  };
}

/** Repositories that are odd as a whole. */
export const REPOSITORY_SHAPES: readonly (readonly [string, OddShape])[] = [
  ["nothing at all", () => undefined],
  ["no commit", ({ scatter }) => void scatter(4)],
  ["sha256", committed(({ scatter }) => scatter(2))],
  ["deep folders", committed(({ tree }) => tree.write(`${"d/".repeat(300)}end`, "deep\n"))],
  ["detached HEAD", committed(({ git }) => git("checkout", "-q", "--detach"))],
  ["an unborn branch beside a born one", committed(({ git }) => git("checkout", "-q", "--orphan", "new"))],
  ["a HEAD that names nothing good", committed(({ tree }) => tree.write(".git/HEAD", `${"1".repeat(40)}\n`))],
  [
    "packed, with replaced objects",
    committed(({ git, commit, scatter }) => {
      scatter(2);
      commit();
      git("replace", "HEAD", "HEAD~1");
      git("gc", "-q");
    }),
  ],
  [
    "a linked work tree",
    (stage) => {
      stage.scatter(5);
      stage.commit();
      stage.git("worktree", "add", "-q", beside(stage, "linked"));
      return beside(stage, "linked");
    },
  ],
  [
    "a shallow clone",
    (stage) => {
      const from = origin(stage);
      stage.git("clone", "-q", "--depth", "1", `file://${from}`, beside(stage, "clone"));
      return beside(stage, "clone");
    },
  ],
  [
    "a clone that borrows its objects",
    (stage) => {
      stage.git("clone", "-q", "--shared", origin(stage), beside(stage, "clone"));
      return beside(stage, "clone");
    },
  ],
  [
    "its git folder elsewhere",
    (stage) => {
      stage.git(
        "clone",
        "-q",
        "--separate-git-dir",
        beside(stage, "git"),
        origin(stage),
        beside(stage, "clone"),
      );
      return beside(stage, "clone");
    },
  ],
  ["a submodule", submodule(() => {})],
  ["a submodule, edited", submodule(({ tree }) => tree.write("sub/lib/code.txt", "edited\n"))],
  ["a submodule that is not fetched", submodule(({ git }) => git("submodule", "deinit", "-q", "-f", "sub"))],
  ["a file in place of a submodule", submodule(({ tree }) => tree.write("sub", "file\n"))],
  ["an empty repository inside", nested(({ tree }) => tree.write("inner/a", "a\n"))],
  [
    "a repository inside, with a commit",
    nested(({ tree, scratch }, inner) => {
      tree.write("inner/a", "a\n");
      scratch.gitIn(inner, "add", "--all");
      scratch.gitIn(inner, "commit", "-q", "-m", "inner");
      tree.write("inner/b", "b\n");
    }),
  ],
  ["a broken repository inside", nested(({ tree }) => tree.write("inner/.git/HEAD", "nonsense\n"))],
  [
    "a bare repository inside",
    committed(({ git, tree }) => {
      git("init", "-q", "--bare", "bare");
      tree.write("bare/hooks/more", "h\n");
    }),
  ],
];
