import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RunningClaude, startClaude } from "#test/claude-process.ts";
import { type ClaudeWorld, makeClaudeWorld } from "#test/claude-world.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { byPrompt } from "#test/messages-api.ts";
import { after, editFile, runBash, say, writeFile } from "#test/messages-stream.ts";
import { lastUserText } from "#test/model-request.ts";
import { closedGate, reviewAnswer } from "#test/reviewer-action.ts";

const SHARED = "src/shared.js";

let world: ClaudeWorld;
beforeEach(async () => {
  world = await makeClaudeWorld();
  const lines = Array.from({ length: 40 }, (_, index) => `export const line${index} = ${index};\n`);
  world.repository.write(SHARED, lines.join(""));
  world.repository.commit("Share a file");
  await world.countersign(["setup", "--scope", "user"]);
});
afterEach(async () => {
  const { surprises } = world.messages;
  await world.close();
  expect(surprises).toEqual([]);
});

const at = (file: string): string => join(world.repository.root, file);

function start(prompt: string): RunningClaude {
  return startClaude({ ...world.options, prompt });
}

/** Resolves once the conversation of that prompt has come so far that it makes its `count`th request. */
async function asked(prompt: string, count: number): Promise<void> {
  const made = () =>
    world.messages.requests.filter((request) => lastUserText(request).includes(prompt)).length;
  await eventuallyAsync(
    async () => made() >= count,
    () => `${count} requests of "${prompt}", not ${made()}`,
  );
}

/** What the reviewer was shown of the work that an agent claims with these words, the newest last. */
function shownFor(claim: string): readonly string[] {
  return world.reviews.requests.map(({ prompt }) => prompt).filter((prompt) => prompt.includes(claim));
}

function scopeOf(session: string) {
  const scope = world.receipts(session).at(-1)?.scope;
  return {
    shown: scope?.shown.map(({ path }) => path),
    leftOut: scope?.leftOut,
    uncertain: scope?.uncertain,
  };
}

test("two sessions at work in one tree are each shown their own edits, in a shared file too", async () => {
  const [bMayWrite, aMayStop, verdicts] = [closedGate(), closedGate(), closedGate()];
  world.messages.play(
    byPrompt({
      "task A": [
        writeFile(at("src/a.js"), "export const a = 1;\n"),
        editFile(at(SHARED), "line3 = 3;", "line3 = 'by A';"),
        after(aMayStop.opened, say("A has done its part.")),
      ],
      "task B": [
        after(bMayWrite.opened, writeFile(at("src/b.js"), "export const b = 1;\n")),
        editFile(at(SHARED), "line30 = 30;", "line30 = 'by B';"),
        say("B has done its part."),
      ],
    }),
  );
  world.reviews.play((request) => ({
    kind: "hold",
    until: verdicts.opened.then(() => reviewAnswer(request)),
  }));
  const b = start("task B");
  await asked("task B", 1);
  const a = start("task A");
  await asked("task A", 3);
  bMayWrite.open();
  await world.reviews.requested(1);
  aMayStop.open();
  await world.reviews.requested(2);
  verdicts.open();
  const [idA, idB] = [(await a.done).sessionId, (await b.done).sessionId];

  const [[ofA = ""], [ofB = ""]] = [shownFor("A has done"), shownFor("B has done")];
  for (const own of ["+export const a = 1;", "+export const line3 = 'by A';"]) {
    expect(ofA).toContain(own);
    expect(ofB).not.toContain(own);
  }
  for (const own of ["+export const b = 1;", "+export const line30 = 'by B';"]) {
    expect(ofB).toContain(own);
    expect(ofA).not.toContain(own);
  }
  expect(world.outcomes(idA)).toEqual(["allowed"]);
  expect(world.outcomes(idB)).toEqual(["allowed"]);
  expect(scopeOf(idA)).toEqual({
    shown: ["src/a.js", SHARED],
    leftOut: [
      { path: "src/b.js", by: idB },
      { path: SHARED, by: idB },
    ],
    uncertain: [],
  });
  expect(scopeOf(idB)).toEqual({
    shown: ["src/b.js", SHARED],
    leftOut: [
      { path: "src/a.js", by: idA },
      { path: SHARED, by: idA },
    ],
    uncertain: [],
  });
});

test("what another session does between two rounds is in neither of them", async () => {
  const wrong = "export const a = 'wrong';";
  const mayMend = closedGate();
  world.messages.play(
    byPrompt({
      "task A": [
        writeFile(at("src/a.js"), `${wrong}\n`),
        say("A has written it."),
        after(mayMend.opened, editFile(at("src/a.js"), "wrong", "right")),
        say("A has mended it."),
      ],
      "task B": [
        editFile(at(SHARED), "line30 = 30;", "line30 = 'by B';"),
        runBash("echo 'export const b = 1;' > src/b.js"),
        say("B has done its part."),
      ],
    }),
  );
  world.reviews.play((request) =>
    request.prompt.includes(`+${wrong}`)
      ? reviewAnswer(request, [{ file: "src/a.js", line_start: 1, quote: wrong }])
      : reviewAnswer(request),
  );
  const a = start("task A");
  await asked("task A", 3);
  const idB = (await start("task B").done).sessionId;
  mayMend.open();
  const idA = (await a.done).sessionId;

  expect(world.outcomes(idA)).toEqual(["blocked", "allowed"]);
  expect(world.outcomes(idB)).toEqual(["allowed"]);
  const [ofB = ""] = shownFor("B has done");
  expect(ofB).toContain("+export const line30 = 'by B';");
  expect(ofB).toContain("+export const b = 1;");
  expect(ofB).not.toContain(wrong);
  const [mended = ""] = shownFor("A has mended");
  expect(mended).toContain("+export const a = 'right';");
  expect(mended).not.toContain("by B");
  expect(mended).not.toContain("export const b");
  expect(scopeOf(idA)).toEqual({
    shown: ["src/a.js"],
    leftOut: [
      { path: "src/b.js", by: idB },
      { path: SHARED, by: idB },
    ],
    uncertain: [],
  });
});

test("what a shell wrote while another session ran one too is shown to both, and marked", async () => {
  const [bMayStop, aMayStop] = [closedGate(), closedGate()];
  const go = join(world.claude.root, "go");
  const wait = `while [ ! -e '${go}' ]; do sleep 0.05; done`;
  world.messages.play(
    byPrompt({
      "task A": [
        runBash(`${wait}; echo 'export const a = 1;' > src/a.js`),
        after(aMayStop.opened, say("A has done its part.")),
      ],
      "task B": [
        runBash(
          `touch '${go}'; while [ ! -e src/a.js ]; do sleep 0.05; done; echo 'export const b = 1;' > src/b.js`,
        ),
        after(bMayStop.opened, say("B has done its part.")),
      ],
    }),
  );
  const a = start("task A");
  await asked("task A", 1);
  const b = start("task B");
  await Promise.all([asked("task A", 2), asked("task B", 2)]);
  aMayStop.open();
  bMayStop.open();
  const [idA, idB] = [(await a.done).sessionId, (await b.done).sessionId];
  for (const [id, claim] of [
    [idA, "A has done"],
    [idB, "B has done"],
  ] as const) {
    const [shown = ""] = shownFor(claim);
    expect(shown).toContain("+export const a = 1;");
    expect(shown).toContain("+export const b = 1;");
    expect(scopeOf(id)).toMatchObject({
      leftOut: [],
      uncertain: [{ path: "src/a.js" }, { path: "src/b.js" }],
    });
  }
});
