import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type GateWorld, makeGateWorld, type WorldSession } from "#test/gate-world.ts";
import { reviewAnswer } from "#test/reviewer-action.ts";
import type { ScratchRepository } from "#test/scratch-repository.ts";
import { called, callId, type Line, prompted, resulted, said } from "#test/transcript-lines.ts";

let world: GateWorld;
let repository: ScratchRepository;
beforeAll(async () => {
  world = await makeGateWorld((request) => reviewAnswer(request));
  repository = world.repository;
});
beforeEach(() => {
  world.api.play((request) => reviewAnswer(request));
});
afterAll(async () => {
  await world.close();
});

const WRONG = "export const wrong = 1;";

async function holdBack(session: WorldSession, file: string): Promise<void> {
  repository.write(file, `${WRONG}\n`);
  world.api.play((request) => reviewAnswer(request, [{ file, line_start: 1, quote: WRONG }]));
  expect((await session.stop()).decision).toBe("block");
  world.api.play((request) => reviewAnswer(request));
  repository.write(file, "export const right = 1;\n");
}

test("a file that was binary in the round before is shown once it is text", async () => {
  const session = world.session();
  await session.start();
  repository.write("data.js", "export const bytes = '\0';\n");
  await holdBack(session, "binary-held.js");
  repository.write("data.js", "export const neverSeen = 1;\n");
  await session.stop();
  const { prompt } = world.api.requests.at(-1) ?? { prompt: "" };
  expect(
    session
      .receipts()
      .at(-1)
      ?.scope?.shown.map(({ path }) => path),
  ).toContain("data.js");
  expect(prompt).toContain("+export const neverSeen = 1;");
});

test("a file that was named like a secret in the round before is shown once it is not", async () => {
  const lines = Array.from({ length: 30 }, (_, n) => `export const line${n} = ${n};\n`).join("");
  const session = world.session();
  await session.start();
  repository.write("deploy.env", lines);
  await holdBack(session, "named-held.js");
  repository.write("deploy.js", lines);
  rmSync(join(repository.root, "deploy.env"));
  await session.stop();
  const { prompt } = world.api.requests.at(-1) ?? { prompt: "" };
  expect(
    session
      .receipts()
      .at(-1)
      ?.scope?.shown.map(({ path }) => path),
  ).toContain("deploy.js");
  expect(prompt).toContain("+export const line29 = 29;");
});

test("what is new and does not fit is not signed for what the whole change would have room for", async () => {
  const text = (word: string, count: number): string =>
    Array.from({ length: count }, (_, n) => `export const ${word}${n} = "${word}${n}";\n`).join("");
  repository.write("rewritten.js", text("base", 3_000));
  repository.commit("A large file");
  const session = world.session();
  await session.start();
  repository.write("rewritten.js", text("first", 1_000));
  await holdBack(session, "large-held.js");
  repository.write("rewritten.js", text("base", 3_000).replace("base7 ", "neverSeen7 "));
  repository.write("added.js", text("added", 3_400));
  await session.stop();
  const { prompt } = world.api.requests.at(-1) ?? { prompt: "" };
  const receipt = session.receipts().at(-1);
  expect(receipt?.scope?.shown.filter(({ part }) => !part).map(({ path }) => path)).toContain("rewritten.js");
  expect(prompt).toContain("+export const neverSeen7 ");
});

test("what was left out as a person's in the round before is shown once that cannot be told any more", async () => {
  const session = world.session();
  await session.start();
  const tell = (...lines: readonly Line[]): void => {
    const timestamp = new Date().toISOString();
    const texts = lines.map((line) => JSON.stringify({ ...line, cwd: repository.root, timestamp }));
    appendFileSync(session.transcript, `${texts.join("\n")}\n`);
  };
  tell(prompted(0, "Do it."), called(1, "Bash", { command: "make" }));
  repository.write("told.js", `${WRONG}\n`);
  tell(resulted(2, callId(1, "Bash"), { stdout: "" }), said(3, "Done."));
  world.api.play((request) => reviewAnswer(request, [{ file: "told.js", line_start: 1, quote: WRONG }]));
  expect((await session.stop()).decision).toBe("block");
  session.prompt();
  repository.write("persons.js", "export const byAPerson = 1;\n");
  tell(prompted(4, "Look at it."), said(5, "I looked."));
  await session.stop({ last_assistant_message: "I looked." });
  expect(
    session
      .receipts()
      .at(-1)
      ?.scope?.leftOut.map(({ path }) => path),
  ).toEqual(["persons.js"]);
  repository.write("told.js", "export const right = 1;\n");
  world.api.play((request) => reviewAnswer(request));
  const before = world.api.requests.length;
  await session.stop({ last_assistant_message: "This is not in the transcript." });
  const receipt = session.receipts().at(-1);
  expect(receipt?.outcome.kind).toBe("allowed");
  expect(receipt?.scope?.shown.map(({ path }) => path)).toContain("persons.js");
  expect(
    world.api.requests.slice(before).map(({ prompt }) => prompt.includes("+export const byAPerson")),
  ).toEqual([true]);
});
