import { expect, test } from "vitest";
import { noteLine, readNote, signedText } from "#audit/signed-paths/note.ts";
import { entry, noteValue, object, TREE } from "#test/note-values.ts";

const NOTE = noteValue([entry("a.txt", "a", "b")]);
const LINE = noteLine(NOTE);

test("a note that is read is the note that was written", () => {
  expect(readNote(TREE, LINE)).toEqual({ kind: "note", note: NOTE });
  const signed = { ...NOTE, signature: "AAAA" };
  expect(readNote(TREE, noteLine(signed))).toEqual({ kind: "note", note: signed });
  expect(signedText(signed)).toBe(LINE);
});

test("on another object it was moved", () => {
  expect(readNote(object("1"), LINE)).toEqual({ kind: "moved", note: NOTE });
});

test.each([
  ["a value", LINE.replace("gpt-5.5", "gpt-4.4")],
  ["its form alone", ` ${LINE}`],
  ["a key that is there twice", LINE.replace('"n":1', '"n":1,"n":1')],
  ["the bits behind a signature", noteLine({ ...NOTE, signature: "AAB=" })],
])("where %s differs it was edited", (_what, line) => {
  expect(readNote(TREE, line).kind).toBe("edited");
});

test("what is no note cannot be read, and a later one is told from it", () => {
  expect(readNote(TREE, "Reviewed-by: nobody")).toMatchObject({ kind: "unreadable" });
  expect(readNote(TREE, LINE.replace('"n":1', '"n":0'))).toMatchObject({
    kind: "unreadable",
    detail: expect.stringMatching(/^n: /),
  });
  expect(readNote(TREE, LINE.replace("note/1", "note/2"))).toEqual({ kind: "newer" });
  expect(readNote(TREE, "{}")).toMatchObject({ kind: "unreadable" });
});
