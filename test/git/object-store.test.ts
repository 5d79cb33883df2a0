import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openObjectStore } from "#git/object-store.ts";
import { never, watchRepository } from "./watched-repository.ts";

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
