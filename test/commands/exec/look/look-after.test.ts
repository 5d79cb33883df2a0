import { mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { sha256 } from "#base/digest.ts";
import { imageToolRefusal } from "#codex/images/image-tool.ts";
import { type Found, lookAfter } from "#commands/exec/look/look-after.ts";
import { lookBefore } from "#commands/exec/look/look-before.ts";
import type { RunPast } from "#commands/exec/look/run-past.ts";
import { judgeRun } from "#gate/contract/judge-run.ts";
import { contractOf, PNG, seenOf } from "#test/contract-values.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const signal = new AbortController().signal;
const THREAD = "01a20116-3b0b-7000-822d-9c586afc36e7";
let workspace = "";
let codexHome = "";
beforeEach(() => {
  const folder = scratchFolder();
  workspace = join(folder, "work");
  codexHome = join(folder, "codex");
  mkdirSync(workspace);
  mkdirSync(codexHome);
});

type Report = Partial<RunPast["report"]> & { readonly account?: string };

async function look(
  contract: Readonly<Record<string, unknown>>,
  work: () => void,
  { account = "chatgpt", ...report }: Report = {},
): Promise<Found> {
  const checked = contractOf(contract);
  const before = await lookBefore(workspace, checked, signal);
  work();
  const place = { workspace, environment: { PATH: process.env["PATH"] }, codex: "", codexHome };
  const past = { threadId: THREAD, end: { kind: "completed" }, answer: "{}", ...report } as const;
  return await lookAfter(place, { contract: checked, before, report: past, account }, signal);
}

function put(path: string, content: string | Uint8Array): void {
  writeFileSync(join(workspace, path), content);
}

function generate(name: string, content: Uint8Array, thread = THREAD): string {
  const folder = join(codexHome, "generated_images", thread);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

/** Another picture: what follows the end of a PNG is no part of it. */
const OTHER = Buffer.concat([PNG, Buffer.from("x")]);

test("a whole run is seen, and judged by what was seen", async () => {
  put("in", "1");
  const contract = {
    inputs: [{ path: "in" }],
    outputs: [{ path: "out.json", kind: "json", schema: { type: "object" } }],
    prohibitions: { othersUnchanged: true },
    verify: [{ command: ["test", "-s", "out.json"] }],
    answer: { format: "json", schema: { type: "object" } },
  };
  const { aftermath, artifacts } = await look(contract, () => put("out.json", '{"sum": 1}'));
  const sha = sha256('{"sum": 1}');
  expect(artifacts).toEqual([{ path: "out.json", kind: "json", bytes: 10, sha256: sha, before: null }]);
  const seen = seenOf({ uses: [{ tool: "edit", state: "done" }], answer: "{}", ...aftermath });
  expect(judgeRun(contractOf(contract), seen).outcome).toEqual({ kind: "succeeded" });
});

test("what a verification changes is not Codex's work", async () => {
  const contract = {
    outputs: [{ path: "a" }, { path: "b" }, { path: "c" }],
    verify: [{ command: ["sh", "-c", "echo x >> a; echo y > c"] }],
  };
  const { aftermath } = await look(contract, () => {
    put("a", "1");
    put("b", "1");
  });
  expect(aftermath.changedByUs).toEqual(["a", "c"]);
  expect(aftermath.outputs.map(({ after }) => after.kind)).toEqual(["file", "file", "missing"]);
});

test("nothing is verified of a turn that was not completed", async () => {
  const failure = { kind: "timeout", detail: "too slow" } as const;
  const { aftermath } = await look({ verify: [{ command: ["touch", "ran"] }] }, () => undefined, {
    end: { kind: "failed", failure },
  });
  expect(aftermath.verifications).toEqual([
    { command: ["touch", "ran"], end: { kind: "not-run", why: "the turn was not completed" }, words: "" },
  ]);
});

test.each([
  ["{}", undefined],
  ["[]", "it must be object"],
  ["```json\n{}\n```", expect.stringMatching(/^not JSON/)],
  [undefined, expect.stringMatching(/^not JSON/)],
])("the answer %j is held against its schema", async (answer, fault) => {
  const contract = { answer: { format: "json", schema: { type: "object" } } };
  expect((await look(contract, () => undefined, { answer })).aftermath.answerFault).toEqual(fault);
});

test("the images of the thread are found, and copied to where they are wanted", async () => {
  const contract = { generates: { images: 2, copyTo: ["img/first.png", "second.png"] } };
  const { aftermath, artifacts } = await look(contract, () => {
    utimesSync(generate("b.png", PNG), 1, 1);
    utimesSync(generate("a.png", OTHER), 2, 2);
    generate("c.png", PNG, "01a20116-3b0b-7000-822d-000000000000");
    symlinkSync("/etc/hostname", join(codexHome, "generated_images", THREAD, "link.png"));
  });
  const { images, copies, notCopied } = aftermath.images;
  expect(images.map(({ path, sha256 }) => [path.split("/").at(-1), sha256])).toEqual([
    ["b.png", sha256(PNG)],
    ["a.png", sha256(OTHER)],
  ]);
  expect(readFileSync(join(workspace, "img/first.png")).equals(PNG)).toBe(true);
  expect(readFileSync(join(workspace, "second.png")).equals(OTHER)).toBe(true);
  expect({ copies: copies.map(({ path }) => path), notCopied }).toEqual({
    copies: ["img/first.png", "second.png"],
    notCopied: [],
  });
  expect(artifacts).toHaveLength(4);
  expect(judgeRun(contractOf(contract), seenOf(aftermath)).outcome).toEqual({ kind: "succeeded" });
});

test("no image is copied over anything, to outside, or where it is none", async () => {
  const contract = { generates: { images: 4, copyTo: ["a.png", "up/b.png", "c.png", "d.png"] } };
  const { aftermath } = await look(contract, () => {
    put("a.png", "mine");
    symlinkSync("..", join(workspace, "up"));
    generate("1.png", PNG);
    generate("2.png", OTHER);
    generate("3.png", Buffer.from("no image"));
  });
  expect(aftermath.images.notCopied).toEqual([
    "a.png is there already: nothing was copied to it",
    expect.stringMatching(/^up\/b\.png leads outside of the workspace, to .*: nothing was copied to it$/),
    "there is no image for c.png",
    "there is no image for d.png",
  ]);
  expect(readFileSync(join(workspace, "a.png"), "utf8")).toBe("mine");
});

test("a thread's name is no path, and a link in its place is not followed", async () => {
  const contract = { generates: { images: 1 } };
  const elsewhere = generate("x.png", PNG, "elsewhere");
  symlinkSync(join(elsewhere, ".."), join(codexHome, "generated_images", "linked"));
  for (const threadId of ["../generated_images/elsewhere", "linked", "gone", undefined]) {
    const { aftermath } = await look(contract, () => undefined, { threadId });
    expect(aftermath.images.images, threadId).toEqual([]);
  }
});

test("a login that is offered no image tool is told plainly", async () => {
  const contract = { generates: { images: 1 } };
  const { aftermath } = await look(contract, () => undefined, { account: "apikey" });
  expect(judgeRun(contractOf(contract), seenOf(aftermath)).outcome).toEqual({
    kind: "failed",
    failure: {
      kind: "tool_not_offered",
      detail:
        "Codex offers the image tool only with a sign-in by ChatGPT, and this one is by an API key; sign in with `codex login`, or make the images in another way",
    },
  });
});

test.each([
  ["", "chatgpt", undefined],
  ["", "chatgptAuthTokens", undefined],
  ["", "unreadable", undefined],
  ['model_provider = "openai"', "chatgpt", undefined],
  ["not toml =", "chatgpt", undefined],
  ["", "none", /nobody is signed in/],
  ["", "environment", /by a key of the environment/],
  ["", "agentIdentity", /this one is "agentIdentity"/],
  ['model_provider = "mine"', "chatgpt", /config\.toml names "mine"/],
  ['profile = "p"\n[profiles.p]\nmodel_provider = "mine"', "chatgpt", /names "mine"/],
  ['model_provider = "mine"\nprofile = "p"\n[profiles.p]\nmodel_provider = "openai"', "chatgpt", undefined],
])("with %j and the account %s images are offered, or it is said why not", (toml, account, why) => {
  writeFileSync(join(codexHome, "config.toml"), toml);
  const refusal = imageToolRefusal(codexHome, account);
  if (why === undefined) expect(refusal).toBeUndefined();
  else expect(refusal).toMatch(why);
});
