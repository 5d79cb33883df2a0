import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
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

/** A session whose host writes a transcript of what its tools do, as Claude Code does. */
type Working = {
  readonly session: WorldSession;
  /** Its edit tool writes a file. */
  write(path: string, content: string): void;
  /** Its shell does something. */
  shell(work: () => void): void;
  /** Its turn ends, and its Stop hook runs. Returns what the reviewer was shown. */
  stop(): Promise<string>;
};

let latest = 0;

/** No two lines of two hosts have the same millisecond: that is how a copied record is known. */
function nextMoment(): Date {
  latest = Math.max(Date.now(), latest + 1);
  return new Date(latest);
}

async function working(env: Readonly<Record<string, string>> = {}): Promise<Working> {
  const session = world.session({ env });
  await session.start();
  const lines: Line[] = [];
  let at = 0;
  const now = (): Line => ({ timestamp: nextMoment().toISOString(), cwd: repository.root });
  const add = (...more: readonly Line[]): void => {
    lines.push(...more);
    writeFileSync(session.transcript, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  };
  const use = (name: string, input: Line, work: () => Line): void => {
    at += 1;
    add(called(at, name, input, now()));
    const result = work();
    add(resulted(at, callId(at, name), result, now()));
  };
  add(prompted(0, "Do the work.", now()));
  return {
    session,
    write: (path, content) =>
      use("Write", { file_path: join(repository.root, path), content }, () => {
        const place = join(repository.root, path);
        const originalFile = existsSync(place) ? readFileSync(place, "utf8") : null;
        const filePath = repository.write(path, content);
        const type = originalFile === null ? "create" : "update";
        return { type, filePath, content, structuredPatch: [], originalFile };
      }),
    shell: (work) =>
      use("Bash", { command: "make" }, () => {
        work();
        return { stdout: "", stderr: "", interrupted: false };
      }),
    stop: async () => {
      at += 1;
      add(said(at, `Done ${at}.`, now()));
      const before = world.api.requests.length;
      await session.stop({ last_assistant_message: `Done ${at}.` });
      return world.api.requests[before]?.prompt ?? "";
    },
  };
}

test("each of two sessions in one tree is shown its own work", async () => {
  const [one, two] = [await working(), await working()];
  one.write("one.js", "export const byTheFirst = 1;\n");
  two.write("two.js", "export const byTheSecond = 2;\n");
  const first = await one.stop();
  expect(first).toContain("byTheFirst");
  expect(first).not.toContain("byTheSecond");
  const second = await two.stop();
  expect(second).toContain("byTheSecond");
  expect(second).not.toContain("byTheFirst");
  expect(one.session.receipts().at(-1)).toMatchObject({
    outcome: { kind: "allowed", partial: false },
    scope: { shown: [{ path: "one.js" }], leftOut: [{ path: "two.js", by: two.session.id }], uncertain: [] },
  });
  expect(await one.stop()).toBe("");
});

test("hunks of one file are told apart", async () => {
  const body = Array.from({ length: 40 }, (_none, line) => `line ${line};\n`);
  repository.write("shared.js", body.join(""));
  repository.commit("Shared");
  const [one, two] = [await working(), await working()];
  const edited = (line: number, text: string): string => {
    body[line] = `${text}\n`;
    return body.join("");
  };
  const edit = (who: Working, line: number, text: string): void => {
    const before = body.join("");
    const content = edited(line, text);
    who.write("shared.js", content);
    expect(before).not.toBe(content);
  };
  edit(one, 3, "byTheFirst();");
  edit(two, 30, "byTheSecond();");
  const first = await one.stop();
  expect(first).toContain("+byTheFirst();");
  expect(first).not.toContain("+byTheSecond();");
});

test("what a person changed while the session only read is not put to it", async () => {
  const one = await working();
  one.write("own.js", "export const own = 1;\n");
  expect(await one.stop()).toContain("own = 1");
  repository.write("person.js", "export const byAPerson = 1;\n");
  expect(await one.stop()).toBe("");
  expect(one.session.outcomes()).toEqual(["allowed", "skipped(anothers)"]);
  expect(one.session.receipts().at(-1)?.scope?.leftOut).toEqual([
    { path: "person.js", by: "outside of any session" },
  ]);
  one.write("own.js", "export const own = 2;\n");
  const next = await one.stop();
  expect(next).toContain("own = 2");
  expect(next).not.toContain("byAPerson");
});

test("what a hook that leaves no record may have written is put to the session, and marked", async () => {
  const settings = join(repository.beside, "claude");
  mkdirSync(settings);
  const hooks = { UserPromptSubmit: [{ hooks: [{ type: "command", command: "npm run format" }] }] };
  writeFileSync(join(settings, "settings.json"), JSON.stringify({ hooks }));
  const one = await working({ CLAUDE_CONFIG_DIR: settings });
  repository.write("formatted.js", "export const byAHook = 1;\n");
  expect(await one.stop()).toContain("byAHook");
  expect(one.session.outcomes()).toEqual(["allowed"]);
  expect(one.session.receipts().at(-1)?.scope).toMatchObject({
    leftOut: [],
    uncertain: [{ path: "formatted.js", why: "no tool call of this session is known to have written it" }],
  });
});

test("what two shells may have done is reviewed for both, and marked", async () => {
  const [one, two] = [await working(), await working()];
  one.shell(() => undefined);
  two.shell(() => repository.write("built.js", "export const built = 1;\n"));
  expect(await one.stop()).toContain("may hold another session's work");
  await two.stop();
  for (const who of [one, two]) {
    expect(who.session.outcomes()).toEqual(["allowed"]);
    expect(
      who.session
        .receipts()
        .at(-1)
        ?.scope?.uncertain.map(({ path }) => path),
    ).toEqual(["built.js"]);
  }
});

test("without a transcript nothing is left out", async () => {
  const one = await working();
  const silent = world.session();
  await silent.start();
  one.write("by-one.js", "export const byOne = 1;\n");
  repository.write("by-silent.js", "export const bySilent = 1;\n");
  const before = world.api.requests.length;
  await silent.stop();
  const shown = world.api.requests[before]?.prompt ?? "";
  expect(shown).toContain("bySilent");
  await one.stop();
  expect(
    one.session
      .receipts()
      .at(-1)
      ?.scope?.shown.map(({ path }) => path),
  ).toContain("by-silent.js");
});
