import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ObjectId } from "#base/ids.ts";
import { commitsBetween } from "#git/clone/commits-between.ts";
import { folderAt, textAt } from "#git/clone/folder-at.ts";
import { searchHistory } from "#git/clone/search-history.ts";
import { opened } from "#test/clone/opened.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";

const signal = new AbortController().signal;

function repository(objectFormat: "sha1" | "sha256" = "sha1"): ScratchRepository {
  const scratch = makeRepository({ objectFormat });
  onTestFinished(scratch.remove);
  return scratch;
}

function id(text: string): ObjectId {
  return ObjectId.parse(text);
}

/** The tree of a folder as of a commit, by git's own word. */
function treeAt(scratch: ScratchRepository, commit: string, path: string): ObjectId {
  return id(scratch.git("rev-parse", `${commit}:${path}`));
}

/** Three versions of two plugins: alpha changes in each, beta in the second only. */
function threeVersions(objectFormat: "sha1" | "sha256" = "sha1") {
  const scratch = repository(objectFormat);
  scratch.write("plugins/beta/code.js", "beta 1");
  const commits = ["1", "2", "3"].map((version) => {
    scratch.write("plugins/alpha/code.js", `alpha ${version}`);
    scratch.write(".claude-plugin/marketplace.json", `{"version": "${version}"}`);
    if (version === "2") scratch.write("plugins/beta/code.js", "beta 2");
    return id(scratch.commit(`version ${version}`));
  });
  return { scratch, commits };
}

test.each(["sha1", "sha256"] as const)("each folder is found in its commit: %s", async (objectFormat) => {
  const { scratch, commits } = threeVersions(objectFormat);
  const clone = await opened(scratch.root);
  const [first, second, third] = commits;
  if (first === undefined || second === undefined || third === undefined) throw new Error("too few");
  const asked = [
    { path: "plugins/alpha", at: third, claimed: first },
    { path: "plugins/alpha", at: first, claimed: first },
    { path: "./plugins/alpha/", at: first, claimed: second },
    { path: "plugins/alpha", at: second, claimed: null },
    { path: "plugins/beta", at: second, claimed: null },
    { path: "plugins/beta", at: first, claimed: null },
    { path: "", at: second, claimed: null },
    { path: "plugins", at: first, claimed: null },
  ];
  const wanted = asked.map(({ path, at, claimed }) => ({ path, claimed, tree: treeAt(scratch, at, path) }));
  const found = await searchHistory(clone, { wanted }, signal);
  const shown = found.map((match) =>
    match.kind === "found" ? [commits.indexOf(match.commit), match.isHead, match.times] : match,
  );
  expect(shown).toEqual([
    [2, true, null],
    [0, false, null],
    [0, false, 1],
    [1, false, 1],
    [2, true, null],
    [0, false, 1],
    [1, false, 1],
    [0, false, 1],
  ]);
});

test("what came back counts as often as it came, and the newest commit with it is named", async () => {
  const scratch = repository();
  const commits = ["a", "b", "a", "a", "c"].map((content, index) => {
    scratch.write("p/file", content);
    scratch.write("other", String(index));
    return scratch.commit(`${index}`);
  });
  const clone = await opened(scratch.root);
  const tree = treeAt(scratch, commits[0] ?? "", "p");
  const [match] = await searchHistory(clone, { wanted: [{ path: "p", tree, claimed: null }] }, signal);
  expect(match).toMatchObject({ kind: "found", commit: commits[3], times: 2, isHead: false, path: "p" });
});

test("side branches, merges and tags are looked through, and what no ref leads to is not", async () => {
  const scratch = repository();
  scratch.write("p/file", "main");
  scratch.commit("main");
  scratch.git("checkout", "--quiet", "-b", "side");
  scratch.write("p/file", "side");
  const side = scratch.commit("side");
  scratch.git("checkout", "--quiet", "--detach");
  scratch.write("p/file", "tagged");
  const tagged = scratch.commit("tagged");
  scratch.git("tag", "-a", "-m", "t", "v1");
  scratch.write("p/file", "lost");
  const lost = scratch.commit("lost");
  scratch.git("checkout", "--quiet", "main");
  scratch.write("other", "x");
  scratch.commit("other");
  scratch.git("merge", "--quiet", "--no-ff", "-s", "ours", "-m", "merge", "side");
  scratch.git("branch", "--quiet", "-D", "side");
  const clone = await opened(scratch.root);
  const wanted = [side, tagged, lost].map((commit) => ({
    path: "p",
    tree: treeAt(scratch, commit, "p"),
    claimed: null,
  }));
  const found = await searchHistory(clone, { wanted }, signal);
  expect(found.map((match) => (match.kind === "found" ? match.commit : match))).toEqual([
    side,
    tagged,
    { kind: "not-found", whole: true, commits: 5 },
  ]);
  const claimed = wanted.map((one) => ({ ...one, claimed: id(lost) }));
  const [, , byClaim] = await searchHistory(clone, { wanted: claimed }, signal);
  expect(byClaim).toMatchObject({ kind: "found", commit: lost });
});

test("a history that is cut is not called whole", async () => {
  const { scratch, commits } = threeVersions();
  const shallow = join(scratch.beside, "shallow");
  scratch.git("clone", "--quiet", "--depth=1", `file://${scratch.root}`, shallow);
  const clone = await opened(shallow);
  const wanted = [0, 2].map((index) => ({
    path: "plugins/alpha",
    tree: treeAt(scratch, commits[index] ?? "", "plugins/alpha"),
    claimed: null,
  }));
  const found = await searchHistory(clone, { wanted }, signal);
  expect(found).toMatchObject([
    { kind: "not-found", whole: false, commits: 1 },
    { kind: "found", isHead: true },
  ]);
});

test("a folder that would lie outside is not searched for", async () => {
  const { scratch, commits } = threeVersions();
  const clone = await opened(scratch.root);
  const tree = treeAt(scratch, commits[0] ?? "", "plugins");
  for (const path of ["../plugins", "plugins/../../x", "/plugins"]) {
    const found = await searchHistory(clone, { wanted: [{ path, tree, claimed: null }] }, signal);
    expect(found).toMatchObject([{ kind: "not-searched" }]);
  }
});

test("an empty repository has no commit to find anything in", async () => {
  const scratch = repository();
  const clone = await opened(scratch.root);
  const tree = id("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
  const found = await searchHistory(clone, { wanted: [{ path: "", tree, claimed: null }] }, signal);
  expect(found).toEqual([{ kind: "not-found", whole: true, commits: 0 }]);
});

test("folders and texts of a commit are read", async () => {
  const { scratch, commits } = threeVersions();
  const clone = await opened(scratch.root);
  const [first] = commits;
  if (first === undefined) throw new Error("none");
  const at = (path: string) => folderAt(clone, { commit: first, path });
  expect(await at("plugins/alpha")).toMatchObject({
    kind: "folder",
    tree: treeAt(scratch, first, "plugins/alpha"),
  });
  expect(await at("plugins/alpha/code.js")).toEqual({ kind: "no-folder" });
  expect(await at("plugins/gamma/x")).toEqual({ kind: "no-folder" });
  const nowhere = id("0123456789012345678901234567890123456789");
  expect(await folderAt(clone, { commit: nowhere, path: "" })).toEqual({ kind: "not-here" });
  const tree = treeAt(scratch, first, "");
  expect(await folderAt(clone, { commit: tree, path: "" })).toMatchObject({ kind: "broken" });
  const text = (path: string, limit = 100) => textAt(clone, { commit: first, path, limit });
  expect(await text("plugins/alpha/code.js")).toEqual({ kind: "text", text: "alpha 1" });
  expect(await text("plugins/alpha/code.js", 3)).toEqual({ kind: "too-large", bytes: 7 });
  expect(await text("plugins/alpha/code.js")).toEqual({ kind: "text", text: "alpha 1" });
  expect(await text("plugins")).toEqual({ kind: "no-file" });
  expect(await text("none")).toEqual({ kind: "no-file" });
});

test("the commits between two are told, as far as the history is there", async () => {
  const { scratch, commits } = threeVersions();
  const [first, second, third] = commits;
  if (first === undefined || second === undefined || third === undefined) throw new Error("too few");
  const clone = await opened(scratch.root);
  const between = await commitsBetween(clone, { from: first, to: third, path: "plugins/beta" }, signal);
  expect(between).toMatchObject({
    kind: "counted",
    isDescendant: true,
    commits: [{ commit: second, subject: "version 2" }],
  });
  expect(await commitsBetween(clone, { from: third, to: first, path: "" }, signal)).toEqual({
    kind: "counted",
    isDescendant: false,
    commits: [],
  });
  const nowhere = id("0123456789012345678901234567890123456789");
  expect(await commitsBetween(clone, { from: nowhere, to: third, path: "" }, signal)).toEqual({
    kind: "not-known",
  });
  const shallow = join(scratch.beside, "shallow");
  scratch.git("clone", "--quiet", "--depth=1", `file://${scratch.root}`, shallow);
  const cut = await opened(shallow);
  expect(await commitsBetween(cut, { from: first, to: third, path: "" }, signal)).toEqual({
    kind: "not-known",
  });
});

test("a commit that was put into the store under another's name is not believed", async () => {
  const { scratch, commits } = threeVersions();
  const [first, second] = commits;
  if (first === undefined || second === undefined) throw new Error("too few");
  const objectFile = (name: string) => join(scratch.root, ".git/objects", name.slice(0, 2), name.slice(2));
  const forged = treeAt(scratch, first, "plugins/alpha");
  const tree = treeAt(scratch, second, "plugins");
  scratch.write("forged/alpha/code.js", "alpha evil");
  scratch.write("forged/beta/code.js", "beta 2");
  scratch.git("add", "forged");
  const evil = scratch.git("write-tree", "--prefix=forged/");
  const content = scratch.git("rev-parse", `${evil}:alpha`);
  cpSync(objectFile(evil), objectFile(tree));
  const clone = await opened(scratch.root);
  const wanted = [{ path: "plugins/alpha", tree: id(content), claimed: second }];
  const found = await searchHistory(clone, { wanted }, signal);
  expect(found).toMatchObject([{ kind: "not-found", whole: false }]);
  expect(await folderAt(clone, { commit: second, path: "plugins/alpha" })).toMatchObject({ kind: "broken" });
  expect(await folderAt(clone, { commit: first, path: "plugins/alpha" })).toMatchObject({ tree: forged });
});
