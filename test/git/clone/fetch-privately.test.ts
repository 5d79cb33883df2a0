import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { ObjectId } from "#base/ids.ts";
import { commitsBetween } from "#git/clone/commits-between.ts";
import { fetchedStore, fetchPrivately } from "#git/clone/fetch-privately.ts";
import { textAt } from "#git/clone/folder-at.ts";
import { folderTree } from "#git/clone/folder-tree.ts";
import { openBare } from "#git/clone/open-clone.ts";
import { remoteHead } from "#git/clone/remote-head.ts";
import { searchHistory } from "#git/clone/search-history.ts";
import { makeRepository, type ScratchOptions } from "#test/scratch-repository.ts";

const signal = new AbortController().signal;

/** Three versions of one plugin, and one more that no ref leads to; an account of its own. */
function upstream(options: ScratchOptions = {}) {
  const scratch = makeRepository(options);
  onTestFinished(scratch.remove);
  vi.stubEnv("HOME", scratch.home);
  vi.stubEnv("XDG_CONFIG_HOME", join(scratch.home, ".config"));
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  scratch.git("config", "uploadpack.allowFilter", "true");
  scratch.git("config", "uploadpack.allowAnySHA1InWant", "true");
  const commits = ["1", "2", "3", "lost"].map((version) => {
    scratch.write("p/code.js", version);
    scratch.write("p/large", `${version}\n`.repeat(3000));
    return ObjectId.parse(scratch.commit(version));
  });
  const [first, second, third, lost] = commits;
  if (first === undefined || second === undefined || third === undefined || lost === undefined) {
    throw new Error("too few");
  }
  scratch.git("reset", "--quiet", "--hard", third);
  const treeOf = (commit: string) => ObjectId.parse(scratch.git("rev-parse", `${commit}:p`));
  return { scratch, url: `file://${scratch.root}`, first, second, third, lost, treeOf };
}

async function openedBare(directory: string) {
  const opening = await openBare(directory, signal);
  if (opening.kind !== "open") throw new Error(JSON.stringify(opening));
  onTestFinished(opening.clone.close);
  return opening.clone;
}

test.each(["sha1", "sha256"] as const)(
  "a history is fetched whole, without contents: %s",
  async (objectFormat) => {
    const { scratch, url, first, second, third, lost, treeOf } = upstream({ objectFormat });
    const folder = join(scratch.beside, "fetched");
    const begun = Date.now();
    const fetched = await fetchPrivately({ url, folder, commits: [lost] }, signal);
    expect(fetched).toEqual({ kind: "fetched", store: fetchedStore(folder, url), commit: third });
    const store = await openedBare(fetchedStore(folder, url));
    expect(store).toMatchObject({ head: third, shallow: false, config: { partial: true } });
    const wanted = [first, second, third, lost].map((commit) => ({
      path: "p",
      tree: treeOf(commit),
      claimed: null,
    }));
    const found = await searchHistory(store, { wanted }, signal);
    expect(found).toMatchObject([{ commit: first }, { commit: second }, { commit: third }, { commit: lost }]);
    const nothing = { path: "p", tree: treeOf(first).replace(/./g, "1"), claimed: null };
    const none = { ...nothing, tree: ObjectId.parse(nothing.tree) };
    expect(await searchHistory(store, { wanted: [none] }, signal)).toMatchObject([
      { whole: true, commits: 4 },
    ]);
    const text = (path: string) => textAt(store, { commit: first, path, limit: 10 });
    expect(await text("p/code.js")).toEqual({ kind: "text", text: "1" });
    expect(await text("p/large")).toEqual({ kind: "not-here" });
    const between = await commitsBetween(store, { from: first, to: third, path: "p" }, signal);
    expect(between).toMatchObject({ commits: [{ commit: third }, { commit: second }] });
    scratch.write("p/code.js", "4");
    const fourth = scratch.commit("4");
    expect(await fetchPrivately({ url, folder, commits: [] }, signal)).toMatchObject({ commit: fourth });
    expect(await openedBare(fetchedStore(folder, url))).toMatchObject({ head: fourth });
    expect(Date.now()).toBeGreaterThan(begun);
  },
);

test("what a server left out is not held against a copy", async () => {
  const { scratch, url, first } = upstream();
  const folder = join(scratch.beside, "fetched");
  const search = async (copied: Readonly<Record<string, string>>) => {
    await fetchPrivately({ url, folder, commits: [] }, signal);
    const copy = mkdtempSync(join(scratch.beside, "copy-"));
    for (const [name, content] of Object.entries(copied)) writeFileSync(join(copy, name), content);
    const read = await folderTree(copy, { ignore: [] }, signal);
    if (read.kind !== "read") throw new Error(read.kind);
    const wanted = [{ path: "p", tree: read.tree, claimed: first, copy: { files: read.files, ignore: [] } }];
    return (await searchHistory(await openedBare(fetchedStore(folder, url)), { wanted }, signal))[0];
  };
  const large = "1\n".repeat(3000);
  const tampered = { "code.js": "1", large: `${large}evil\n` };
  expect(await search(tampered)).toMatchObject({ kind: "not-found", whole: true });
  scratch.write(".gitattributes", "* text eol=crlf\n");
  scratch.write("p/code.js", "4\n");
  const fourth = scratch.commit("4");
  const checkedOut = { "code.js": "4\r\n", large: scratch.git("show", "HEAD:p/large").concat("\n") };
  expect(await search(checkedOut)).toMatchObject({ kind: "found", commit: fourth, filtered: true });
  const unknown = { ...checkedOut, large: checkedOut.large.replaceAll("\n", "\r\n") };
  expect(await search(unknown)).toMatchObject({ kind: "not-searched", undecided: true });
});

test("a server that refuses the filter gives everything", async () => {
  const { scratch, url, first } = upstream();
  scratch.git("config", "uploadpackfilter.blob:limit.allow", "false");
  const folder = join(scratch.beside, "fetched");
  expect(await fetchPrivately({ url, folder, commits: [] }, signal)).toMatchObject({ kind: "fetched" });
  const store = await openedBare(fetchedStore(folder, url));
  const found = await textAt(store, { commit: first, path: "p/large", limit: 10_000 });
  expect(found.kind).toBe("text");
});

test("a remote's branches, tags and HEAD are asked for", async () => {
  const { scratch, url, first, second, third } = upstream();
  scratch.git("tag", "light", first);
  scratch.git("tag", "-a", "-m", "x", "heavy", second);
  scratch.git("branch", "side", first);
  const ask = (ref: string | null) => remoteHead({ url, ref }, signal);
  expect(await ask(null)).toEqual({ kind: "at", commit: third, branch: "main" });
  expect(await ask("side")).toEqual({ kind: "at", commit: first, branch: "side" });
  expect(await ask("light")).toEqual({ kind: "at", commit: first, branch: null });
  expect(await ask("heavy")).toEqual({ kind: "at", commit: second, branch: null });
  expect(await ask("none")).toEqual({ kind: "not-answered", detail: "it has no branch or tag none" });
  scratch.git("checkout", "--quiet", "--detach", first);
  expect(await ask(null)).toEqual({ kind: "at", commit: first, branch: null });
  const folder = join(scratch.beside, "fetched");
  await fetchPrivately({ url, folder, commits: [] }, signal);
  expect(await openedBare(fetchedStore(folder, url))).toMatchObject({ head: first });
});

test("what does not answer says why, runs nothing and tells no password", async () => {
  const { scratch } = upstream();
  const ran = join(scratch.beside, "ran");
  const program = join(scratch.beside, "program");
  writeFileSync(program, `#!/bin/sh\ntouch ${ran}\n`);
  chmodSync(program, 0o755);
  const folder = join(scratch.beside, "fetched");
  const urls = [
    `ext::${program} %S`,
    `fd::17`,
    `--upload-pack=${program}`,
    join(scratch.beside, "nothing"),
    "https://user:secret@localhost:1/x.git",
    "unknown://localhost/x",
  ];
  for (const url of urls) {
    const answer = await fetchPrivately({ url, folder, commits: [] }, signal);
    expect(answer).toMatchObject({ kind: "not-answered" });
    expect(JSON.stringify(answer)).not.toContain("secret");
  }
  expect(existsSync(ran)).toBe(false);
  expect(existsSync(folder)).toBe(false);
});

test("a server that never answers is waited for only so long", async () => {
  const { scratch } = upstream();
  const server = createServer();
  onTestFinished(() => {
    server.close();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const url = `git://127.0.0.1:${port}/x`;
  const folder = join(scratch.beside, "fetched");
  const answer = await fetchPrivately({ url, folder, commits: [] }, AbortSignal.timeout(500));
  expect(answer).toEqual({ kind: "not-answered", detail: "it took too long" });
  // Nobody else need lose patience.
  expect(await remoteHead({ url, ref: null, within: 300 }, signal)).toEqual(answer);
});

test("the user's own git says where an address leads", async () => {
  const { scratch, third } = upstream();
  writeFileSync(
    join(scratch.home, ".gitconfig"),
    `[url "file://${scratch.root}"]\n\tinsteadOf = https://github.com/lab/mkt.git\n`,
  );
  const head = await remoteHead({ url: "https://github.com/lab/mkt.git", ref: null }, signal);
  expect(head).toMatchObject({ kind: "at", commit: third });
});

test("a store that was damaged is made of nothing again", async () => {
  const { scratch, url, third } = upstream();
  const folder = join(scratch.beside, "fetched");
  const store = fetchedStore(folder, url);
  mkdirSync(store, { recursive: true });
  writeFileSync(join(store, "HEAD"), "nonsense");
  expect(await fetchPrivately({ url, folder, commits: [] }, signal)).toMatchObject({ commit: third });
  expect(readdirSync(folder).length).toBeGreaterThan(0);
});
