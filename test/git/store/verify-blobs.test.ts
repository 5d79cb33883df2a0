import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { readTexts } from "#git/change/read-texts.ts";
import { verifyBlobs } from "#git/store/verify-blobs.ts";
import { never, type WatchedRepository, watchRepository } from "#test/watched-repository.ts";

/** Puts other content under the name that a text would have. */
function forge({ root, git, write }: WatchedRepository, text: string, shown: string): ObjectId {
  const named = write("../beside/named.txt", text);
  const blob = parseShape(git("hash-object", named), ObjectId);
  const path = join(root, ".git", "objects", blob.slice(0, 2), blob.slice(2));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, deflateSync(Buffer.from(`blob ${shown.length}\0${shown}`)));
  return blob;
}

test.each(["sha1", "sha256"] as const)("what holds what it says is taken, in %s", async (objectFormat) => {
  const watched = await watchRepository({ objectFormat });
  watched.write("a.txt", "a\n");
  watched.write("empty.txt", "");
  watched.commit("one");
  const blobs = ["a.txt", "empty.txt"].map((name) =>
    parseShape(watched.git("rev-parse", `HEAD:${name}`), ObjectId),
  );
  const missing = parseShape("0".repeat(blobs[0]?.length ?? 0), ObjectId);
  await verifyBlobs(watched.store, [missing, ...blobs], never());
  await verifyBlobs(watched.store, [], never());
});

test("other content under a blob's name is refused, though git shows it", async () => {
  const watched = await watchRepository();
  watched.write("b.txt", "b\n");
  watched.commit("one");
  const good = parseShape(watched.git("rev-parse", "HEAD:b.txt"), ObjectId);
  const forged = forge(watched, "harm\n", "fine\n");
  watched.write("a.txt", "harm\n");
  await watched.snapshot();
  expect((await readTexts(watched.store, [forged], never())).get(forged)).toBe("fine\n");
  await expect(verifyBlobs(watched.store, [good, forged], never())).rejects.toMatchObject({
    failure: { kind: "git-failed", detail: expect.stringContaining(forged) },
  });
});
