import { expect, test } from "vitest";
import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { addNotes } from "#git/notes/add-notes.ts";
import { listNotes } from "#git/notes/list-notes.ts";
import { readNotes } from "#git/notes/read-notes.ts";
import { never, watchRepository } from "#test/watched-repository.ts";

const ONE = parseShape("1".repeat(40), ObjectId);
const TWO = parseShape("2".repeat(40), ObjectId);

test.each(["sha1", "sha256"] as const)(
  "lines are sorted and single, and git reads them as its own, in %s",
  async (objectFormat) => {
    const { store, inStore } = await watchRepository({ objectFormat });
    const object = parseShape("1".repeat(objectFormat === "sha1" ? 40 : 64), ObjectId);
    const add = (parent: ObjectId | undefined, ...lines: readonly string[]) =>
      addNotes(
        store,
        parent,
        lines.map((line) => ({ object, line })),
        never(),
      );
    const first = await add(undefined, "b ü", "a");
    const second = await add(first, "c", "a");
    expect(await add(second, "b ü")).toBeUndefined();
    inStore("update-ref", "refs/notes/countersign", second ?? "");
    const blob = inStore("notes", "--ref", "countersign", "list").split(" ")[0] ?? "";
    expect(inStore("cat-file", "blob", blob)).toBe("a\nb ü\nc");
    expect(inStore("log", "--format=%an %s", second ?? "").split("\n")).toEqual([
      "Countersign Notes added by countersign notes push",
      "Countersign Notes added by countersign notes push",
    ]);
  },
);

test("a note in another folder form is found and taken over; what is no note is named and stays", async () => {
  const { store, git, write } = await watchRepository();
  const blobOf = (text: string) => git("hash-object", "-w", write("note", text));
  const put = (mode: string, text: string, path: string) =>
    git("update-index", "--add", "--cacheinfo", `${mode},${blobOf(text)},${path}`);
  put("100644", "by hand \n\nof somebody", ONE);
  put("100644", "another\n", `22/22/${TWO.slice(4)}`);
  put("100644", "no note\n", "README");
  put("120000", "a link", `${"3".repeat(40)}`);
  const foreign = parseShape(git("commit-tree", git("write-tree"), "-m", "Foreign"), ObjectId);
  const read = async (commit: ObjectId) => await readNotes(store, commit, (line) => line, never());
  const before = await read(foreign);
  expect(before.passedOver).toEqual(["3".repeat(40), "README"]);
  expect(before.kept).toEqual([
    { object: ONE, line: "by hand " },
    { object: ONE, line: "of somebody" },
    { object: TWO, line: "another" },
  ]);
  const after = await addNotes(store, foreign, [{ object: ONE, line: "mine" }], never());
  if (after === undefined) throw new Error("nothing was added");
  expect((await read(after)).kept.map(({ line }) => line)).toEqual([
    "by hand ",
    "mine",
    "of somebody",
    "another",
  ]);
  const paths = (await listNotes(store, after, never())).notes.map(({ path }) => path);
  expect(paths).toEqual([`11/${ONE.slice(2)}`, `22/22/${TWO.slice(4)}`]);
});

test("bytes that are no text stay as they are, and a note of a size that none has is not read", async () => {
  const { store, git, inStore, write } = await watchRepository();
  const blob = git("hash-object", "-w", write("note", Buffer.from([0xff, 0xfe, 0x0a])));
  git("update-index", "--add", "--cacheinfo", `100644,${blob},${ONE}`);
  const huge = git("hash-object", "-w", write("huge", Buffer.alloc(17 * 1024 * 1024, "x")));
  git("update-index", "--add", "--cacheinfo", `100644,${huge},${TWO}`);
  const foreign = parseShape(git("commit-tree", git("write-tree"), "-m", "Foreign"), ObjectId);
  const read = await readNotes(store, foreign, ({ line }) => line, never());
  expect(read).toEqual({ kept: ["\\xff\\xfe"], passedOver: [TWO] });
  const after = await addNotes(store, foreign, [{ object: ONE, line: "mine" }], never());
  const listed = (await listNotes(store, after ?? foreign, never())).notes[0]?.blob ?? "";
  expect(inStore("cat-file", "-s", listed)).toBe(String("mine\n".length + 3));
});
