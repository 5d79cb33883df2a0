import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { anchorsOf } from "#commands/notes/anchors-of.ts";
import { makeSigningKey } from "#test/signing-key.ts";
import { makeTeam } from "#test/team-world.ts";

const NEVER = new AbortController().signal;

test("a receipt that was pushed is anchored by its note, or by the key that signed it; others are not", async () => {
  const team = makeTeam({ "a.txt": "a\n" });
  const a = team.machine();
  const [first, second] = [
    await a.sign(() => a.write("a.txt", "aa\n")),
    await a.sign(() => a.write("a.txt", "aaa\n")),
  ];
  a.commit("Work");
  const digests = new Set([first.digest, second.digest, "0".repeat(64)]);
  const anchors = async () => Object.fromEntries(await anchorsOf(a.locations, digests, NEVER));
  expect(await anchors()).toEqual({});
  await a.call("notes", "push");
  const third = await a.sign(() => a.write("a.txt", "b\n"));
  expect(await anchors()).toEqual({ [first.digest]: { kind: "note" }, [second.digest]: { kind: "note" } });
  expect(await anchorsOf(a.locations, new Set([third.digest]), NEVER)).toEqual(new Map());
  await a.call("notes", "push", "--key", makeSigningKey("author").file);
  const key = expect.stringMatching(/^SHA256:/);
  expect(await anchors()).toEqual({
    [first.digest]: { kind: "signed", key },
    [second.digest]: { kind: "signed", key },
  });
  // What somebody put in the place of a store anchors nothing, and harms nobody.
  writeFileSync(join(a.locations.notes, "0".repeat(20)), "");
  expect(Object.keys(await anchors())).toHaveLength(2);
});
