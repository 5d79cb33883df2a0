import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { readPaths } from "#git/change/read-paths.ts";
import { lentByNested } from "#git/store/nested-stores.ts";
import { openObjectStore } from "#git/store/object-store.ts";
import { makeNested } from "#test/nested-repositories.ts";
import { never, watchRepository } from "#test/watched-repository.ts";

test("a private bare repository that reads the user's objects", async () => {
  const watched = await watchRepository();
  watched.write("a.txt", "a\n");
  const head = watched.commit("one");
  expect(statSync(watched.store.directory).mode & 0o777).toBe(0o700);
  expect(watched.inStore("rev-parse", "--is-bare-repository")).toBe("true");
  expect(watched.inStore("cat-file", "-t", head)).toBe("commit");
});

test("new objects go there, and only there", async () => {
  const watched = await watchRepository();
  watched.write("a.txt", "only in the snapshot\n");
  const before = watched.git("count-objects", "-v");
  const { tree } = await watched.snapshot();
  expect(watched.git("count-objects", "-v")).toBe(before);
  expect(() => watched.git("cat-file", "-e", tree)).toThrow();
  expect(watched.inStore("cat-file", "-t", tree)).toBe("tree");
});

test("many openings at once make one store, and leave nothing beside it", async () => {
  const { repository, beside } = await watchRepository();
  const directory = join(beside, "deep/shared");
  const openings = Array.from({ length: 8 }, () => openObjectStore(repository, directory, never()));
  const stores = await Promise.all(openings);
  expect(new Set(stores.map((store) => store.objects)).size).toBe(1);
  expect(readdirSync(join(beside, "deep"))).toEqual(["shared"]);
});

test("the rest of a store that was removed is set aside, and a new one stands in its place", async () => {
  const { repository, beside } = await watchRepository();
  const directory = join(beside, "deep/lost");
  mkdirSync(join(directory, "objects", "info"), { recursive: true });
  writeFileSync(join(directory, "objects", "info", "left"), "a rest");
  const openings = Array.from({ length: 4 }, () => openObjectStore(repository, directory, never()));
  await Promise.all(openings);
  const [store, aside = "", ...more] = readdirSync(join(beside, "deep"));
  expect([store, more]).toEqual(["lost", []]);
  expect(aside).toMatch(/^lost\.corrupt-/);
  expect(readFileSync(join(beside, "deep", aside, "objects", "info", "left"), "utf8")).toBe("a rest");
});

test.each(["HEAD", "config", "refs", "objects", "indexes", "scratch"])(
  "a store without its %s is made whole, or anew",
  async (name) => {
    const watched = await watchRepository({ objectFormat: "sha256" });
    watched.write("a.txt", "a\n");
    const { tree } = await watched.snapshot();
    rmSync(join(watched.store.directory, name), { recursive: true });
    await openObjectStore(watched.repository, watched.store.directory, never());
    expect((await watched.snapshot()).tree).toBe(tree);
    expect(watched.inStore("cat-file", "-t", tree)).toBe("tree");
  },
);

test("a repository that moved is followed", async () => {
  const { repository, store } = await watchRepository();
  const moved = { ...repository, commonDirectory: '/else"where' };
  await openObjectStore(moved, store.directory, never());
  const alternates = readFileSync(join(store.objects, "info/alternates"), "utf8");
  expect(alternates).toBe('"/else\\"where/objects"\n');
});

test("a Git LFS filter is told to keep its files in the store", async () => {
  const watched = await watchRepository();
  const told = join(watched.beside, "told");
  watched.git("config", "filter.lfs.clean", `git config lfs.storage > ${told}; cat`);
  watched.write(".gitattributes", "*.bin filter=lfs\n");
  watched.write("a.bin", "a\n");
  await watched.snapshot();
  expect(readFileSync(told, "utf8")).toBe(`${watched.store.directory}/lfs\n`);
});

test("an inner repository that was removed is not looked for; one that comes back is", async () => {
  const watched = await watchRepository();
  const complaints = () => {
    const env = { ...process.env, ...lentByNested(watched.store) };
    const look = ["-C", watched.store.directory, "cat-file", "-e", "1".repeat(40)];
    return spawnSync("git", look, { env, encoding: "utf8" }).stderr;
  };
  const nested = makeNested(watched, "nested", { "a.txt": "a\n" });
  await watched.snapshot();
  renameSync(nested, join(watched.beside, "away"));
  expect(complaints()).toContain("nested/.git/objects");
  await openObjectStore(watched.repository, watched.store.directory, never());
  expect(complaints()).toBe("");
  renameSync(join(watched.beside, "away"), nested);
  const { opaque } = await watched.snapshot();
  const tree = opaque[0]?.inner?.tree ?? "none";
  expect((await readPaths(watched.store, parseShape(tree, ObjectId), ["a.txt"], never())).size).toBe(1);
});
