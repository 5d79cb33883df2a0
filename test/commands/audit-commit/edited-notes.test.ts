import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { digestOf } from "#base/digest.ts";
import { ObjectId } from "#base/ids.ts";
import { canonicalJson, parseShape } from "#base/json.ts";
import { signText } from "#git/ssh-signature.ts";
import { makeSigningKey } from "#test/signing-key.ts";
import { type Machine, makeTeam } from "#test/team-world.ts";

type Json = Readonly<Record<string, unknown>>;

const Record = z.record(z.string(), z.unknown());
const NEVER = new AbortController().signal;
const Answer = z.looseObject({
  paths: z.array(
    z.looseObject({
      path: z.string(),
      verdict: z.string(),
      why: z.optional(z.looseObject({ kind: z.string() })),
    }),
  ),
  refused: z.array(z.looseObject({ kind: z.string() })),
});

/** Every value below, one at a time, in the place of another. */
function* edits(value: unknown): Generator<unknown> {
  if (typeof value === "string") {
    yield* [`${value}0`, value.slice(1), value.replace(/[0-9a-z]/, (one) => (one === "1" ? "2" : "1")), ""];
  } else if (typeof value === "number") {
    yield* [value + 1, 0];
  } else if (value === null) {
    yield* ["0".repeat(40), "x"];
  } else if (Array.isArray(value)) {
    yield [...value, ...value];
    for (const [index, one] of value.entries()) {
      yield value.toSpliced(index, 1);
      for (const other of edits(one)) yield value.with(index, other);
    }
  } else if (typeof value === "object") {
    yield { ...value, more: 1 };
    for (const [key, one] of Object.entries(value)) {
      yield Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
      for (const other of edits(one)) yield { ...value, [key]: other };
    }
  }
}

/** As somebody would who knows how digests are made. */
function redigested(note: Json): Json {
  const { digest: _digest, signature, ...body } = note;
  return { ...body, digest: digestOf(body), ...(signature === undefined ? {} : { signature }) };
}

async function setting() {
  const team = makeTeam({ "a.txt": "a\n", "b.txt": "b\n" });
  const [a, b] = [team.machine(), team.machine()];
  const key = makeSigningKey("author");
  await a.sign(() => a.write("a.txt", "aa\n"));
  await a.sign(() => a.write("b.txt", "bb\n"));
  a.commit("Work");
  a.git("push", "--quiet", "origin", "main:work");
  expect(await a.call("notes", "push", "--key", key.file)).toMatchObject({ code: 0 });
  b.git("fetch", "--quiet", "origin");
  const genuine = team.notes().find(({ line }) => line.includes('"a.txt"'));
  const another = team.notes().find(({ line }) => line.includes('"b.txt"'));
  if (genuine === undefined || another === undefined) throw new Error("there are no notes");
  return { team, a, b, key, genuine, another };
}

async function verify(machine: Machine, allowed: string) {
  await machine.call("notes", "fetch");
  const words = ["audit", "verify", "origin/work", "--base", "main", "--allowed-signers", allowed];
  const { code, value } = await machine.json(...words);
  return { code, ...parseShape(value, Answer) };
}

test("of hundreds of edited notes none is believed where signers are named, and the genuine one is", async () => {
  const { team, a, b, key, genuine, another } = await setting();
  const note: Json = JSON.parse(genuine.line);
  const edited = [...edits(note)].map((value) => parseShape(value, Record));
  const texts = [
    ...edited.map(canonicalJson),
    ...edited.map((value) => canonicalJson(redigested(value))),
    ...Array.from({ length: 60 }, (_, index) => genuine.line.slice(0, -1 - index * 20)),
    ` ${genuine.line}`,
    JSON.stringify(note, null, 1).replaceAll("\n", " "),
    JSON.stringify(Object.fromEntries(Object.entries(note).toReversed())),
    genuine.line.replace('"n":1', '"n":1,"n":1'),
    genuine.line.replace("a.txt", "\\u0061.txt"),
  ].filter((text) => text !== genuine.line && text !== "");
  const lines = [...new Set(texts)].map((line) => ({ object: genuine.object, line }));
  expect(lines.length).toBeGreaterThan(200);
  const elsewhere = { object: another.object, line: genuine.line };
  const nowhere = { object: parseShape("1".repeat(40), ObjectId), line: genuine.line };
  const planted = [...lines, elsewhere, nowhere];
  await team.plant(a, planted);
  const found = await verify(b, key.allowed);
  expect(found.code).toBe(1);
  expect(found.paths.map(({ path, verdict }) => `${path} ${verdict}`)).toEqual([
    "a.txt not-signed",
    "b.txt not-signed",
  ]);
  const speaking = found.refused.length;
  expect(found.refused.filter(({ kind }) => kind === "note-moved").length).toBeGreaterThanOrEqual(2);
  await team.plant(a, [...planted, genuine]);
  const whole = await verify(b, key.allowed);
  expect(whole.paths.map(({ path, verdict }) => `${path} ${verdict}`)).toEqual([
    "a.txt signed",
    "b.txt not-signed",
  ]);
  // The one that only lacks its signature says nothing beside the genuine one.
  expect(whole.refused).toHaveLength(speaking - 1);
});

test("a signature by another key, for another purpose, or of another note is refused by its name", async () => {
  const { team, a, b, key, genuine, another } = await setting();
  const stranger = makeSigningKey("stranger");
  const { signature: _own, ...body }: Json = JSON.parse(genuine.line);
  const sign = async (file: string, namespace: string) =>
    await signText({ text: canonicalJson(body), namespace, scratch: a.beside }, file, NEVER);
  const planted = async (signature?: string) => {
    const line = canonicalJson({ ...body, signature });
    await team.plant(a, [{ object: genuine.object, line }]);
    const { paths, refused } = await verify(b, key.allowed);
    return [paths[0]?.verdict, paths[0]?.why?.kind, ...refused.map(({ kind }) => kind)];
  };
  const no = ["not-signed", "note-refused"];
  expect(await planted(await sign(stranger.file, "countersign"))).toEqual([...no, "note-key-unknown"]);
  expect(await planted(await sign(key.file, "git"))).toEqual([...no, "note-signature-wrong"]);
  expect(await planted(JSON.parse(another.line).signature)).toEqual([...no, "note-signature-wrong"]);
  expect(await planted("AAAA")).toEqual([...no, "note-signature-wrong"]);
  expect(await planted()).toEqual([...no, "note-unsigned"]);
  expect(await planted(await sign(key.file, "countersign"))).toEqual(["signed", undefined]);
  // Without a list of signers, a signature that does not fit still speaks against its note.
  await team.plant(a, [{ object: genuine.object, line: canonicalJson({ ...body, signature: "AAAA" }) }]);
  await b.call("notes", "fetch");
  const { value } = await b.json("audit", "verify", "origin/work", "--base", "main");
  expect(parseShape(value, Answer).refused.map(({ kind }) => kind)).toEqual(["note-signature-wrong"]);
});

test("a key counts as the file of allowed signers has it: its time, its purpose, its names", async () => {
  const { b, key } = await setting();
  const told = async (...lines: readonly string[]) => {
    const allowed = join(b.beside, "allowed");
    writeFileSync(allowed, lines.map((line) => `${line} ${key.public}\n`).join(""));
    const { paths } = await verify(b, allowed);
    return paths[0]?.verdict;
  };
  for (const line of [
    'a@b valid-before="20200101"',
    'a@b valid-after="20990101"',
    'a@b namespaces="git"',
    "a@b cert-authority",
  ]) {
    expect([line, await told(line)]).toEqual([line, "not-signed"]);
  }
  for (const line of ['a@b namespaces="git,countersign"', "a@b,c@d", "*@example.invalid", "-f"]) {
    expect([line, await told(line)]).toEqual([line, "signed"]);
  }
  expect(await told('a@b valid-before="20200101"', "c@d")).toBe("signed");
});

test("a note of another repository is refused", async () => {
  const { team, a, b, genuine } = await setting();
  const { signature: _own, digest: _digest, ...body }: Json = JSON.parse(genuine.line);
  const foreign = { ...body, repository: ["2".repeat(40)] };
  const line = canonicalJson({ ...foreign, digest: digestOf(foreign) });
  await team.plant(a, [{ object: genuine.object, line }]);
  await b.call("notes", "fetch");
  const { value } = await b.json("audit", "verify", "origin/work", "--base", "main");
  const { paths, refused } = parseShape(value, Answer);
  expect(paths.map(({ verdict }) => verdict)).toEqual(["not-signed", "not-signed"]);
  expect(refused.map(({ kind }) => kind)).toEqual(["note-foreign"]);
});
