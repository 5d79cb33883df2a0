import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { OddShape } from "./odd-stage.ts";
import { ODD_NAMES, oddContent } from "./odd-values.ts";

/** Commits files under rules of conversion, and edits some of them before anybody looks. */
function underRules(settings: Readonly<Record<string, string>>, attributes: string): OddShape {
  return ({ tree, git, scatter, commit }) => {
    scatter(4);
    tree.write("crlf.txt", "one\r\ntwo\r\n");
    tree.write("lf.txt", "one\ntwo\n");
    commit();
    for (const [name, value] of Object.entries(settings)) git("config", name, value);
    if (attributes !== "") tree.write(".gitattributes", attributes);
    tree.write("new-crlf.txt", "one\r\ntwo\r\n");
    tree.write("lf.txt", "one\ntwo\r\nthree\n");
    scatter(2);
    return undefined;
  };
}

const LFS = "*.txt filter=lfs diff=lfs merge=lfs -text\n";

/** Repositories whose files are odd. */
export const FILE_SHAPES: readonly (readonly [string, OddShape])[] = [
  ["line ends as they are", underRules({}, "")],
  ["autocrlf", underRules({ "core.autocrlf": "true", "core.safecrlf": "true" }, "")],
  ["autocrlf for input", underRules({ "core.autocrlf": "input", "core.safecrlf": "warn" }, "")],
  [
    "line ends by attribute",
    underRules({ "core.eol": "crlf" }, "*.txt text eol=crlf\n*.bin -text\n* text=auto\n"),
  ],
  ["an encoding in the work tree", underRules({}, "lf.txt working-tree-encoding=UTF-16LE\n")],
  ["attributes that hide differences", underRules({}, "* binary\n*.txt -diff ident export-ignore\n")],
  [
    "a filter that works",
    underRules(
      { "filter.turn.clean": "tr a-y b-z", "filter.turn.smudge": "tr b-z a-y" },
      "*.txt filter=turn\n",
    ),
  ],
  [
    "a filter that fails at times",
    underRules({ "filter.grep.clean": "grep one", "filter.grep.required": "true" }, "*.txt filter=grep\n"),
  ],
  [
    "a required filter that is missing",
    underRules({ "filter.lfs.clean": "no-such-program %f", "filter.lfs.required": "true" }, LFS),
  ],
  [
    "a required filter process that is missing",
    underRules({ "filter.lfs.process": "no-such-program", "filter.lfs.required": "true" }, LFS),
  ],
  ["pointers of a filter that nobody configured", underRules({}, LFS)],
  [
    "names",
    ({ dice, tree, commit }) => {
      const names = ODD_NAMES.filter((name) => name !== "dir" && name !== "--");
      for (const name of names) tree.write(name, oddContent(dice));
      commit();
      return undefined;
    },
  ],
  [
    "case-only differences",
    ({ tree, git, commit }) => {
      for (const name of ["Case.txt", "case.txt", "Dir/a", "dir/a", "DIR/b"]) tree.write(name, `${name}\n`);
      git("config", "core.ignoreCase", "true");
      commit();
      tree.move("Case.txt", "CASE.txt");
      return undefined;
    },
  ],
  [
    "links",
    ({ tree, scatter, commit }) => {
      scatter(3);
      tree.write("real/a", "a\n");
      tree.link("dangling", "no\nwhere");
      tree.link("to-folder", "real");
      tree.link("to-self", "to-self");
      tree.link("outside", "/etc/passwd");
      commit();
      tree.write("to-folder", "a file\n");
      tree.link("real", "dangling");
      return undefined;
    },
  ],
  [
    "links that are files",
    ({ tree, git, commit }) => {
      tree.link("link", "target");
      commit();
      git("config", "core.symlinks", "false");
      tree.write("link", "target");
      return undefined;
    },
  ],
  [
    "modes that do not count",
    ({ tree, git, scatter, commit }) => {
      scatter(3);
      tree.write("run.sh", "#!/bin/sh\n");
      tree.setMode("run.sh", 0o755);
      commit();
      git("config", "core.fileMode", "false");
      tree.setMode("run.sh", 0o644);
      return undefined;
    },
  ],
  [
    "rule files that are links",
    ({ tree, scatter, commit }) => {
      scatter(3);
      tree.write("rules", "*.txt\n");
      commit();
      tree.link(".gitignore", "rules");
      tree.link(".gitattributes", "rules");
      return undefined;
    },
  ],
  [
    "pipes",
    ({ tree, scatter, commit }) => {
      scatter(3);
      tree.write("was-file", "a\n");
      commit();
      tree.remove("was-file");
      for (const name of ["was-file", "pipe"]) spawnSync("mkfifo", [join(tree.root, name)]);
      return undefined;
    },
  ],
  [
    "files tracked and ignored",
    ({ tree, git, commit }) => {
      for (const name of ["built/a.o", "built/b.o", "kept.log", ".env"]) tree.write(name, `${name}\n`);
      commit();
      tree.write(".gitignore", "built/\n*.log\n.env\n");
      tree.write("built/.gitattributes", "* text\n");
      tree.write("built/new.o", "new\n");
      git("config", "core.excludesFile", join(tree.root, "built", "a.o"));
      return undefined;
    },
  ],
  [
    "rules in .git/info",
    ({ tree, scatter, commit }) => {
      scatter(4);
      commit();
      tree.write(".git/info/exclude", "*.txt\nhidden\n");
      tree.write(".git/info/attributes", "* text=auto\n");
      tree.write("hidden", "h\n");
      return undefined;
    },
  ],
];
