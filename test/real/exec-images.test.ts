import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { RunOutcome } from "#runs/records/run-record.ts";
import { PNG } from "#test/contract-values.ts";
import { CODEX_VERSIONS, type CodexVersion } from "#test/exec-world.ts";
import {
  CALLS_IMAGE_TOOL,
  type ImageModel,
  type ImageProvider,
  sentImage,
  startImageProvider,
} from "#test/image-provider.ts";
import { processesOf } from "#test/processes-of.ts";
import { COUNTERSIGN } from "#test/run-countersign.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

let provider: ImageProvider;
beforeAll(async () => {
  provider = await startImageProvider();
});
afterAll(() => provider.close());

const Answer = z.looseObject({
  exitCode: z.number(),
  outcome: RunOutcome,
  record: z.looseObject({
    threadId: z.nullable(z.string()),
    sandbox: z.nullable(z.string()),
    artifacts: z.array(z.looseObject({ path: z.string(), kind: z.string() })),
    checks: z.array(z.looseObject({ name: z.string(), holds: z.boolean() })),
  }),
});

/** Asks for one image in a fresh workspace. */
async function draw(version: CodexVersion, model: ImageModel, words: readonly string[] = []) {
  provider.play(model);
  const folder = scratchFolder();
  const workspace = join(folder, "work");
  mkdirSync(workspace);
  onTestFinished(() => expect(processesOf(folder)).toEqual([]));
  const { stdout, stderr } = await execa(
    process.execPath,
    [COUNTERSIGN, "exec", "A heron at dawn.", "--images", "1", "--timeout", "200", "--json", ...words],
    {
      cwd: workspace,
      env: {
        ...provider.env,
        COUNTERSIGN_HOME: join(folder, "state"),
        COUNTERSIGN_CODEX: CODEX_VERSIONS[version],
      },
      extendEnv: false,
      reject: false,
      stdin: "ignore",
    },
  );
  if (stdout === "") throw new Error(stderr);
  return { workspace, ...parseJson(stdout, Answer) };
}

const CASES: readonly (readonly [CodexVersion, ImageModel])[] = [
  ["0.169", { items: [CALLS_IMAGE_TOOL], image: PNG }],
  ["0.140", { items: [sentImage(PNG), { type: "message", id: "m", role: "assistant", content: [] }] }],
];

test.each(CASES)("%s: an image is found where Codex keeps it, and copied", async (version, model) => {
  const { workspace, outcome, exitCode, record } = await draw(version, model, ["--copy-to", "art/heron.png"]);
  expect(outcome).toEqual({ kind: "succeeded" });
  expect(exitCode).toBe(0);
  expect(readFileSync(join(workspace, "art/heron.png")).equals(PNG)).toBe(true);
  expect(record.sandbox).toMatch(/read-?only/);
  const [kept, copy] = record.artifacts;
  expect(dirname(kept?.path ?? "")).toBe(join(provider.codexHome, "generated_images", record.threadId ?? ""));
  expect(copy?.path).toBe("art/heron.png");
  expect(record.checks).toContainEqual(expect.objectContaining({ name: "images", holds: true }));
});

test("0.169: a model that only says so has made nothing", async () => {
  const { workspace, outcome, exitCode } = await draw("0.169", { items: [] }, ["--copy-to", "heron.png"]);
  expect(outcome).toMatchObject({
    kind: "failed",
    failure: { kind: "agent_refused", detail: expect.stringMatching(/Done\./) },
  });
  expect(exitCode).toBe(1);
  expect(readdirSync(workspace)).toEqual([]);
});

test("0.169: half an image is none, and is copied to nowhere", async () => {
  const half = PNG.subarray(0, PNG.length - 20);
  const { workspace, outcome } = await draw("0.169", { items: [CALLS_IMAGE_TOOL], image: half }, [
    "--copy-to",
    "heron.png",
  ]);
  expect(outcome).toMatchObject({ kind: "failed", failure: { kind: "artifact_wrong_kind" } });
  expect(readdirSync(workspace)).toEqual([]);
});
