import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { findRollout } from "#codex/rollout/rollout.ts";
import { type Locations, locationsOf } from "#runs/locations.ts";
import { receiptNamed } from "#runs/receipts/receipt-files.ts";
import { ledgerFile } from "#runs/records/ledger-lines.ts";
import { begunFile, endedFile, type RunName, runNamed } from "#runs/records/run-files.ts";
import { callCommand } from "#test/call-command.ts";
import { type GateWorld, makeGateWorld } from "#test/gate-world.ts";
import { cutMutations, fieldMutations, lineMutations, type Mutation } from "#test/mutations.ts";
import { forgeLedger, forgeSeal } from "#test/record-forger.ts";
import { reviewAnswer, runCommand, say } from "#test/reviewer-action.ts";

const Answer = z.looseObject({
  standing: z.optional(z.string()),
  receipts: z.optional(z.array(z.looseObject({ id: z.string(), standing: z.string() }))),
  runs: z.optional(z.array(z.looseObject({ id: z.string(), kind: z.string(), standing: z.string() }))),
});

let world: GateWorld;
let locations: Locations;
/** Ids of what was recorded, in the order in which it was. */
let receipts: readonly string[];
let runs: readonly string[];
let tried = 0;

/** A session of the gate, blocked and then signed; two execs; a thread of two turns; a review; one from a shell. */
beforeAll(async () => {
  world = await makeGateWorld((request) => {
    if (!request.prompt.includes("request_id:")) {
      if (request.outputs.length > 0) return say(`done é ${request.number}`);
      return runCommand(
        request,
        request.prompt.includes("WRITE") ? "echo 'it \"is\"' > out.txt" : "cat README.md",
      );
    }
    if (request.outputs.length === 0) return runCommand(request, "cat src/a.js; false");
    const finding = { file: "src/a.js", line_start: 1, quote: "export const a = 1;" };
    return reviewAnswer(request, request.prompt.includes("This is round 2.") ? [] : [finding]);
  });
  const session = world.session();
  await session.start();
  for (const number of [1, 2]) {
    world.repository.write("src/a.js", `export const a = ${number};\n`);
    await session.stop();
  }
  for (const words of [
    ["exec", "look at the README"],
    ["exec", "WRITE the file out.txt", "--output", "out.txt"],
    ["thread", "start", "  what is here?\n\ttabs\r\n"],
    ["thread", "resume", "--last", "and now?"],
    ["thread", "review"],
    ["review", "--base", "HEAD"],
  ]) {
    const done = await world.countersign(words);
    expect([0, 1], done.stderr).toContain(done.exitCode);
  }
  locations = locationsOf(world.env, world.codex.home, "linux");
  const all = await verified();
  receipts = (all.receipts ?? []).map(({ id }) => id).toReversed();
  runs = (all.runs ?? []).map(({ id }) => id).toReversed();
});
afterAll(async () => {
  process.stdout.write(`${tried} mutations tried\n`);
  await world.close();
});

async function verified(...words: readonly string[]): Promise<z.output<typeof Answer>> {
  const own = { environment: world.env, cwd: world.repository.root, now: new Date() };
  const { stdout } = await callCommand(locations, ["audit", "verify", "--json", ...words], own);
  return parseJson(stdout || "{}", Answer);
}

function run(index: number): RunName {
  const name = runNamed(locations, runs[index] ?? "");
  if (name === undefined) throw new Error(`there is no run ${index}`);
  return name;
}

function receiptFile(index: number): string {
  return receiptNamed(locations, receipts[index] ?? "")?.path ?? "missing";
}

/** The files of the threads that a run's record seals, the thread's own first. */
function rolloutsOf(index: number): readonly string[] {
  const Sealed = z.looseObject({ rollouts: z.array(z.looseObject({ threadId: z.string() })) });
  const { rollouts } = parseJson(readFileSync(endedFile(run(index)), "utf8"), Sealed);
  return rollouts.map(({ threadId }) => findRollout(world.codex.codexHome, threadId) ?? "missing");
}

/** Runs `work` and puts these files back as they were. */
async function restoring<T>(files: readonly string[], work: () => Promise<T>): Promise<T> {
  const kept = files.map((file) => ({ file, bytes: readFileSync(file) }));
  try {
    return await work();
  } finally {
    for (const { file, bytes } of kept) writeFileSync(file, bytes);
  }
}

/** What was done to a file and left its record proven. */
type Survivor = Pick<Mutation, "what" | "where">;

async function survivors(
  file: string,
  mutations: readonly Mutation[],
  { id, forge, beside = [] }: { id: string; forge?: () => void; beside?: readonly string[] },
): Promise<readonly Survivor[]> {
  const left: Survivor[] = [];
  await restoring([file, ...beside], async () => {
    for (const { what, where, text } of mutations) {
      await restoring([file, ...beside], async () => {
        writeFileSync(file, text);
        forge?.();
        tried += 1;
        if ((await verified(id)).standing === "proven") left.push({ what, where });
      });
    }
  });
  return left;
}

function receiptRollout(index: number): string {
  const Reviewed = z.looseObject({ review: z.looseObject({ threadId: z.string() }) });
  const { review } = parseJson(readFileSync(receiptFile(index), "utf8"), Reviewed);
  return findRollout(world.codex.codexHome, review.threadId) ?? "missing";
}

/** Of mutations of this kind only each third is tried: each costs time, and they are alike. */
function isFirstOf(kind: string): (mutation: Mutation) => boolean {
  let count = 0;
  return ({ what }) => {
    if (what !== kind) return true;
    count += 1;
    return count % 3 === 1;
  };
}

function wheres(mutations: readonly Survivor[]): readonly string[] {
  return [...new Set(mutations.map(({ where }) => where))].sort();
}

test("what nobody touched is proven, of every kind", async () => {
  const all = await verified();
  expect(all.receipts?.map(({ standing }) => standing)).toEqual(["proven", "proven", "proven"]);
  expect(all.runs?.map(({ kind, standing }) => [kind, standing])).toEqual([
    ["review", "proven"],
    ["turn", "proven"],
    ["turn", "proven"],
    ["exec", "proven"],
    ["exec", "proven"],
  ]);
});

test.each([0, 1, 2])("no changed field of receipt %i leaves it proven", async (index) => {
  const file = receiptFile(index);
  const mutations = fieldMutations(readFileSync(file, "utf8")).filter(isFirstOf("removed"));
  expect(await survivors(file, mutations, { id: receipts[index] ?? "" })).toEqual([]);
});

test.each([
  { what: "an exec", index: 0 },
  { what: "a turn", index: 2 },
  { what: "a review", index: 4 },
])("no changed field of the record of $what leaves it proven", async ({ index }) => {
  for (const file of [begunFile(run(index)), endedFile(run(index))]) {
    const mutations = fieldMutations(readFileSync(file, "utf8")).filter(isFirstOf("removed"));
    expect(await survivors(file, mutations, { id: run(index).id })).toEqual([]);
  }
});

test("no line of a rollout can be changed, and no cut made in it, that leaves what it bears out proven", async () => {
  for (const { id, file } of [
    { id: run(0).id, file: rolloutsOf(0)[0] ?? "" },
    { id: run(3).id, file: rolloutsOf(3)[0] ?? "" },
    { id: run(4).id, file: rolloutsOf(4)[1] ?? "" },
    { id: receipts[1] ?? "", file: receiptRollout(1) },
  ]) {
    const text = readFileSync(file, "utf8");
    const mutations = [...lineMutations(text).filter(isFirstOf("doubled")), ...cutMutations(text, 10)];
    // The last line, once more, is only more after the sealed part.
    const within = mutations.filter((mutation) => !mutation.text.startsWith(text));
    expect(await survivors(file, within, { id })).toEqual([]);
  }
});

test("what stands after the sealed part says nothing of it", async () => {
  const [file = ""] = rolloutsOf(2);
  const text = readFileSync(file, "utf8");
  const lines = text.split("\n");
  const second = lines.findIndex((line) => line.includes('"type":"task_started"') && lines.indexOf(line) > 2);
  const left = await survivors(
    file,
    lineMutations(text).filter(({ what }) => what === "changed"),
    { id: run(2).id },
  );
  expect(
    wheres(left)
      .map(Number)
      .sort((a, b) => a - b)[0],
  ).toBeGreaterThanOrEqual(second);
  expect(left.length).toBe(lines.length - 1 - second);
  expect((await verified(run(3).id)).standing).toBe("proven");
});

test("no line of the ledger can be changed, moved or cut off that leaves its run proven", async () => {
  const file = ledgerFile(locations);
  const text = readFileSync(file, "utf8");
  const lines = text.split("\n").slice(0, -1);
  const left: string[] = [];
  const edits = lines.flatMap((line, index) =>
    fieldMutations(line).map(({ text: edited, ...how }) => {
      const other = JSON.stringify(JSON.parse(edited));
      return { ...how, where: String(index), text: text.replace(line, other) };
    }),
  );
  await restoring([file], async () => {
    for (const mutation of [...edits.filter(isFirstOf("removed")), ...lineMutations(text)]) {
      writeFileSync(file, mutation.text);
      tried += 1;
      const index = Number(mutation.where);
      for (const line of lines.slice(index, mutation.what === "swapped" ? index + 2 : index + 1)) {
        const { record: id } = parseJson(line, z.looseObject({ record: z.string() }));
        if ((await verified(id)).standing === "proven") left.push(`${mutation.what} ${mutation.where}`);
      }
    }
  });
  expect(left).toEqual([]);
});

/**
 * What nothing of Codex's own speaks of, or not to the second (`at`): whoever writes the whole ledger anew
 * can say there what they like. `begun` is written anew with the rest.
 */
const ONLY_OURS = [
  /^(?:schema|id|at|begun|version|title|account|background|process|asker|asked|codex|codexHome|contractDigest)\b/,
  /^(?:seconds|server|outcome\.failure|reportedChanges|warnings|checks|remarks|commandsLeftOut)\b/,
  /^(?:workTree|changed|artifacts|noRollout|answer)$/,
  /^workTree\b/,
  /^rollouts\.seal\.path$/,
];

test("a record and a ledger that were both written anew are refuted by Codex's own file", async () => {
  const beside = [ledgerFile(locations), begunFile(run(2)), endedFile(run(2))];
  for (const file of [begunFile(run(2)), endedFile(run(2))]) {
    const forge = () => forgeLedger(locations);
    const mutations = fieldMutations(readFileSync(file, "utf8")).filter(({ what }) => what === "changed");
    const left = await survivors(file, mutations, { id: run(2).id, forge, beside });
    expect(wheres(left).filter((where) => !ONLY_OURS.some((form) => form.test(where)))).toEqual([]);
  }
});

test("a rollout that was changed and sealed anew is refuted by what it then says", async () => {
  const [file = ""] = rolloutsOf(2);
  const forge = () => {
    forgeSeal(endedFile(run(3)), file);
    forgeLedger(locations);
  };
  const beside = [ledgerFile(locations), endedFile(run(3))];
  const text = readFileSync(file, "utf8");
  const lines = text.split("\n");
  const turn = lines.findLastIndex((line) => line.includes('"type":"task_started"'));
  const own = lineMutations(text).filter(
    ({ what, where }) => what !== "changed" && Number(where) >= turn && Number(where) < lines.length - 2,
  );
  expect(await survivors(file, own, { id: run(3).id, forge, beside })).toEqual([]);
});

test("of what an exec changed, git knows the truth, though record and ledger were written anew", async () => {
  const file = endedFile(run(1));
  const mutations = fieldMutations(readFileSync(file, "utf8")).filter(({ where }) =>
    /^changed\b/.test(where),
  );
  expect(mutations.length).toBeGreaterThan(4);
  const forge = () => forgeLedger(locations);
  const beside = [ledgerFile(locations), begunFile(run(1))];
  expect(await survivors(file, mutations, { id: run(1).id, forge, beside })).toEqual([]);
});

test("there were enough of them", () => {
  expect(tried).toBeGreaterThan(1_000);
});
