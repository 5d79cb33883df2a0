import type { OddTree } from "./odd-tree.ts";
import { ODD_NAMES, oddContent } from "./odd-values.ts";
import type { Dice } from "./seeded-dice.ts";

/** Where edits are made. Git may refuse what it is asked: then that is no edit. */
export type EditPlace = {
  readonly dice: Dice;
  readonly tree: OddTree;
  readonly git: (...args: readonly string[]) => void;
};

type Edit = (place: EditPlace, path: string) => string;

/** Each is given a file that there is, and says what it did. */
const EDITS: readonly Edit[] = [
  ({ dice, tree }) => {
    const path = dice.pick(ODD_NAMES);
    tree.write(path, oddContent(dice));
    return `write ${path}`;
  },
  ({ dice, tree }, path) => {
    tree.write(path, oddContent(dice));
    return `replace ${path}`;
  },
  ({ dice, tree }, path) => {
    const lines = tree.read(path).split("\n");
    lines.splice(dice.below(lines.length), dice.below(3), `edit ${dice.below(1000)}`);
    tree.write(path, lines.join("\n"));
    return `edit ${path}`;
  },
  ({ tree }, path) => {
    tree.remove(path);
    return `remove ${path}`;
  },
  ({ dice, tree }, path) => {
    const to = dice.pick(ODD_NAMES);
    tree.move(path, to);
    return `move ${path} to ${to}`;
  },
  ({ tree }, path) => {
    const to = path.replace(/[^/]*$/, (name) =>
      name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase(),
    );
    tree.move(path, to);
    return `move ${path} to ${to}`;
  },
  ({ dice, tree }, path) => {
    tree.setMode(path, dice.pick([0o755, 0o644]));
    return `change the mode of ${path}`;
  },
  ({ dice, tree }, path) => {
    tree.link(path, dice.pick(["nowhere", ".", "dir", "../..", "bad-\xe9", "line\nbreak"]));
    return `link in place of ${path}`;
  },
  ({ dice, tree }, path) => {
    tree.write(`${path}/inside`, oddContent(dice));
    return `folder in place of ${path}`;
  },
  ({ dice, tree }, path) => {
    const folder = path.split("/")[0] ?? path;
    tree.write(folder, oddContent(dice));
    return `file in place of ${folder}`;
  },
  ({ dice, tree }, path) => {
    const folder = path.split("/")[0] ?? path;
    const to = `moved ${dice.below(9)}`;
    tree.move(folder, to);
    if (dice.once(2)) tree.link(folder, to);
    return `move ${folder} to ${to}`;
  },
  ({ dice, tree }) => {
    tree.folder(`empty ${dice.below(9)}`);
    return "make an empty folder";
  },
  ({ dice, tree }) => {
    tree.write(".gitignore", dice.pick(["*.txt\n", "dir/\n", "!plain.txt\n*\n", ""]));
    return "write .gitignore";
  },
  ({ dice, tree }) => {
    tree.write(
      ".gitattributes",
      dice.pick(["* text=auto\n", "*.txt text eol=crlf\n", "* -diff\n", "* ident\n"]),
    );
    return "write .gitattributes";
  },
  ({ git }) => {
    git("add", "--all");
    return "add all";
  },
  ({ git }) => {
    git("commit", "--quiet", "--all", "--allow-empty", "--message", "edit");
    return "commit";
  },
  ({ git }) => {
    git("commit", "--quiet", "--amend", "--all", "--allow-empty", "--message", "amend");
    return "amend";
  },
  ({ dice, git }, path) => {
    const to = `${dice.pick(["moved", "MOVED", "-m"])}-${dice.below(99)}`;
    git("mv", "-f", "--", path, to);
    return `git mv ${path} to ${to}`;
  },
  ({ git }, path) => {
    git("rm", "--quiet", "--cached", "-f", "--", path);
    return `take ${path} out of the index`;
  },
  ({ git }) => {
    git("reset", "--quiet");
    return "reset the index";
  },
];

/** Makes some edits, and returns what they were. */
export function makeEdits(place: EditPlace): readonly string[] {
  const { dice, tree } = place;
  return Array.from({ length: 2 + dice.below(7) }, () => {
    const files = tree.files();
    if (files.length === 0) tree.write("first", oddContent(dice));
    return dice.pick(EDITS)(place, files.length === 0 ? "first" : dice.pick(files));
  });
}
