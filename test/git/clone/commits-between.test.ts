import { expect, onTestFinished, test } from "vitest";
import { ObjectId } from "#base/ids.ts";
import { commitOrder } from "#git/clone/commit-order.ts";
import { commitsBetween } from "#git/clone/commits-between.ts";
import { opened } from "#test/clone/opened.ts";
import { makeRepository } from "#test/scratch-repository.ts";

const signal = new AbortController().signal;
const PATHS = ["", "a", "b", "a/deep", "none"] as const;

/** Merges that take one side or both, a folder that goes and comes back, a revert, and a second root. */
test("what git's own log says of pairs of commits is what is told", async () => {
  const scratch = makeRepository();
  onTestFinished(scratch.remove);
  const branch = (name: string, from: string) => scratch.git("checkout", "--quiet", "-b", name, from);
  const merge = (...words: readonly string[]) =>
    scratch.git("merge", "--quiet", "--no-ff", "-m", "merge", ...words);
  const change = (path: string, text: string | null) => {
    if (text === null) scratch.git("rm", "-r", "--quiet", path);
    else scratch.write(path, text);
    return scratch.commit(`${path}\nis now ${text}\n\nand more`);
  };
  const first = change("a/one", "1");
  change("b/one", "1");
  branch("side", first);
  change("a/deep/two", "2");
  change("b/one", "1");
  branch("other", first);
  change("a/one", "3");
  change("a/one", "1");
  merge("side");
  merge("-s", "ours", "main");
  change("a/deep", null);
  change("a/deep/two", "2");
  scratch.git("checkout", "--quiet", "--orphan", "apart");
  change("b/two", "4");
  merge("--allow-unrelated-histories", "-s", "recursive", "-X", "theirs", "side");
  const commits = scratch
    .git("rev-list", "--all")
    .trim()
    .split("\n")
    .map((one) => ObjectId.parse(one));
  const clone = await opened(scratch.root);
  const listed = (from: string, to: string, path: string): readonly string[] => {
    const words = ["log", "--format=%H %s", `${from}..${to}`, ...(path === "" ? [] : ["--", path])];
    return scratch
      .git(...words)
      .split("\n")
      .filter((line) => line !== "");
  };
  const pairs = commits.flatMap((from) =>
    commits.filter((to) => to !== from).map((to) => [from, to] as const),
  );
  for (const [from, to] of pairs.filter((_pair, index) => index % 4 === 0)) {
    for (const path of PATHS) {
      const told = await commitsBetween(clone, { from, to, path }, signal);
      const lines = told.kind === "counted" ? told.commits : [];
      expect(told.kind).toBe("counted");
      expect(lines.map(({ commit, subject }) => `${commit} ${subject}`).sort()).toEqual(
        listed(from, to, path).toSorted(),
      );
    }
    const order = listed(to, from, "").length === 0 ? "older" : "unrelated";
    const expected = listed(from, to, "").length === 0 ? "newer" : order;
    expect(await commitOrder(clone, from, to, signal)).toBe(expected);
  }
});

test("a commit that no ref leads to any more is still compared", async () => {
  const scratch = makeRepository();
  onTestFinished(scratch.remove);
  scratch.write("p/code.js", "1");
  const kept = ObjectId.parse(scratch.commit("kept"));
  scratch.write("p/code.js", "2");
  const dropped = ObjectId.parse(scratch.commit("dropped"));
  scratch.git("reset", "--quiet", "--hard", kept);
  const clone = await opened(scratch.root);
  expect(await commitOrder(clone, dropped, kept, signal)).toBe("newer");
  const told = await commitsBetween(clone, { from: kept, to: dropped, path: "p" }, signal);
  expect(told).toMatchObject({ isDescendant: true, commits: [{ commit: dropped, subject: "dropped" }] });
});
