import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import type { AppServer } from "#codex/connection/app-server.ts";
import { ThreadResult } from "#codex/protocol.ts";
import type { ReviewThread } from "#codex/review/review-thread.ts";
import { type CompletedTurn, runTurn } from "#codex/review/turn.ts";
import { sealRollout } from "#codex/rollout/rollout.ts";
import { readRolloutTurn } from "#codex/rollout/rollout-turn.ts";
import type { TurnSandbox } from "#codex/rollout/turn-sandbox.ts";
import { blindnessOf, nothingSeen } from "#gate/verdict/blindness.ts";
import { type ReadingRecord, readingOf, readingRecord } from "#gate/verdict/reading.ts";
import { voidOf } from "#gate/verdict/void-verdict.ts";
import type { Script } from "#test/responses-api.ts";
import {
  openReviewServer,
  openThread,
  type ReviewPlace,
  reviewPlace,
  timeLimit,
} from "#test/review-server.ts";
import { type Action, closedGate, runCommand, say } from "#test/reviewer-action.ts";

const ASK = { prompt: "THE PROMPT", schema: { type: "object" }, effort: "low" };
const MODELS = ["gpt-5.5", "gpt-6.1-sol"] as const;
const PATCH = "*** Begin Patch\n*** Add File: written.txt\n+hello\n*** End Patch";

/** A sandbox needs user namespaces; here there can be no more of them than the one that says so. */
const WITHOUT_NAMESPACES = `exec unshare --user --map-root-user sh -c 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"' -`;

const FILES = {
  shown: [{ path: "src/shown.ts" }],
  partly: [{ path: "src/partly.ts" }],
  notCovered: [{ path: "src/hidden.ts" }, { path: ".env" }],
};

/** A reviewer that does these things one after the other, and then answers. */
function doing(...steps: readonly (string | ((tools: readonly string[]) => Action))[]): Script {
  return (request) => {
    const step = steps[request.outputs.length];
    if (step === undefined) return say("done");
    return typeof step === "string" ? runCommand(request, step) : step(request.tools);
  };
}

/** The model's own tool for writing, as a function of its own or in its JavaScript. */
function applyPatch(tools: readonly string[]): Action {
  const input = `text(JSON.stringify(await tools.apply_patch(${JSON.stringify(PATCH)})));`;
  const name = tools.includes("exec") ? "exec" : "apply_patch";
  return { kind: "call", calls: [{ kind: "custom", name, input: name === "exec" ? input : PATCH }] };
}

async function placeWith(script: Script, model?: string): Promise<ReviewPlace> {
  const place = await reviewPlace(script, model === undefined ? {} : { model });
  for (const name of ["src/shown.ts", "src/partly.ts", "src/hidden.ts", "src/plain.ts", ".env"]) {
    place.write(join(place.root, name), `text of ${name}\n`);
  }
  return place;
}

/** A thread as no review opens one: with every right. */
async function fullAccess(server: AppServer, place: ReviewPlace, model: string): Promise<ReviewThread> {
  const params = { cwd: place.root, model, approvalPolicy: "never", sandbox: "danger-full-access" };
  const { thread } = await server.request("thread/start", params, ThreadResult, timeLimit());
  const described = await openThread(server, place, { model });
  return { ...described, id: thread.id, rolloutPath: thread.path ?? undefined };
}

async function sandboxOnRecord({ rolloutPath }: ReviewThread, { id }: CompletedTurn): Promise<TurnSandbox> {
  const { path, bytes } = await sealRollout(rolloutPath ?? "");
  return (await readRolloutTurn(path, bytes, id)).sandbox;
}

function readBy({ commands }: CompletedTurn, { root }: ReviewPlace): ReadingRecord {
  return readingRecord(readingOf(commands, FILES, root));
}

test.each(MODELS)("what %s opens is on record, and what it is denied is not", async (model) => {
  const script = doing(
    "cat src/hidden.ts",
    "cd src && sed -n 1,5p shown.ts; cat plain.ts",
    "cat .env | head",
    "cat ../repository/src/gone.ts | head",
    "cat src/partly.ts | grep nothing",
    "for file in src/partly.ts; do cat $file; done",
    "rg text src",
  );
  const place = await placeWith(script, model);
  const server = await openReviewServer(place);
  const thread = await openThread(server, place, { model });
  const turn = await runTurn(server, thread, ASK, timeLimit());
  expect(turn.commands).toHaveLength(7);
  expect(readBy(turn, place)).toEqual({
    shown: 2,
    opened: ["src/hidden.ts", "src/shown.ts"],
    others: ["src/plain.ts"],
  });
  expect(turn.commands.map(({ sandboxFailed }) => sandboxFailed)).not.toContain(true);
  expect(turn.commands.filter(({ complained }) => complained)).toHaveLength(2);
  expect(blindnessOf(turn)).toBeUndefined();
  const sandbox = await sandboxOnRecord(thread, turn);
  expect(sandbox).toEqual({ kind: "read-only" });
  expect(voidOf([turn], [sandbox])).toBeUndefined();
});

test.each(MODELS)(
  "a patch that %s tries under the profile writes nothing and voids nothing",
  async (model) => {
    const place = await placeWith(doing(applyPatch, "echo x > written.txt", "cat src/shown.ts"), model);
    const server = await openReviewServer(place);
    const thread = await openThread(server, place, { model });
    const turn = await runTurn(server, thread, ASK, timeLimit());
    expect(place.api.requests[1]?.outputs[0]).toContain("patch rejected");
    expect(place.api.requests[2]?.outputs[1]).toContain("Read-only file system");
    expect(turn.fileChanges.filter(({ kind }) => kind === "written")).toEqual([]);
    expect(existsSync(join(place.root, "written.txt"))).toBe(false);
    expect(voidOf([turn], [await sandboxOnRecord(thread, turn)])).toBeUndefined();
    expect(blindnessOf(turn)).toBeUndefined();
  },
);

test.each(MODELS)(
  "a turn of %s that could write is void, whether a patch or a command wrote",
  async (model) => {
    const place = await placeWith(doing(applyPatch), model);
    const server = await openReviewServer(place);
    const patched = await runTurn(server, await fullAccess(server, place, model), ASK, timeLimit());
    expect(patched.fileChanges).toEqual([{ kind: "written", paths: [join(place.root, "written.txt")] }]);
    expect(voidOf([patched], [{ kind: "unknown" }])).toMatchObject({ kind: "reviewer-wrote" });

    place.api.play(doing("echo x > by-command"));
    const thread = await fullAccess(server, place, model);
    const turn = await runTurn(server, thread, ASK, timeLimit());
    expect(existsSync(join(place.root, "by-command"))).toBe(true);
    expect(turn.fileChanges).toEqual([]);
    const sandbox = await sandboxOnRecord(thread, turn);
    expect(voidOf([turn], [sandbox])).toEqual({
      kind: "reviewer-unsandboxed",
      detail: "danger-full-access",
    });
  },
);

test("what another client runs on the thread during the review voids it", async () => {
  const gate = closedGate();
  const place = await placeWith(async () => {
    await gate.opened;
    return say("done");
  });
  const server = await openReviewServer(place);
  const thread = await openThread(server, place);
  const run = runTurn(server, thread, ASK, timeLimit());
  await place.api.requested(1);
  const ran = new Promise<void>((resolve) => {
    server.listen(({ method, params }) => {
      const { item } = z.parse(
        z.looseObject({ item: z.optional(z.looseObject({ type: z.string() })) }),
        params,
      );
      if (method === "item/completed" && item?.type === "commandExecution") resolve();
    });
  });
  const command = "echo x > by-another";
  const params = { threadId: thread.id, command };
  await server.request("thread/shellCommand", params, z.looseObject({}), timeLimit());
  await ran;
  gate.open();
  const turn = await run;
  expect(existsSync(join(place.root, "by-another"))).toBe(true);
  const sandbox = await sandboxOnRecord(thread, turn);
  expect(sandbox).toEqual({ kind: "read-only" });
  expect(voidOf([turn], [sandbox])).toEqual({
    kind: "reviewer-unsandboxed",
    detail: expect.stringContaining(command),
  });
});

test("edits by others during the review void nothing", async () => {
  const place = await placeWith(doing("cat src/shown.ts"));
  const server = await openReviewServer(place);
  const thread = await openThread(server, place);
  const script = doing("cat src/shown.ts");
  place.api.play((request) => {
    place.write(join(place.root, "src/shown.ts"), `edit ${request.number}\n`);
    return script(request);
  });
  const turn = await runTurn(server, thread, ASK, timeLimit());
  expect(voidOf([turn], [await sandboxOnRecord(thread, turn)])).toBeUndefined();
  expect(readBy(turn, place).opened).toEqual(["src/shown.ts"]);
});

test.each(MODELS)("where no sandbox starts, %s reviews without a shell, and that is said", async (model) => {
  const place = await placeWith(doing("cat src/hidden.ts", applyPatch), model);
  const server = await openReviewServer(place, WITHOUT_NAMESPACES);
  const thread = await openThread(server, place, { model });
  expect(thread).toMatchObject({
    sandbox: "inline",
    probe: { kind: "unusable", detail: expect.stringMatching(/namespace|bwrap/i) },
  });
  const turn = await runTurn(server, thread, ASK, timeLimit());
  expect(turn).toMatchObject({ message: "done", commands: [] });
  expect(turn.fileChanges.filter(({ kind }) => kind === "written")).toEqual([]);
  expect(readdirSync(place.root).toSorted()).toEqual([".env", ".git", "src"]);
  expect(voidOf([turn], [await sandboxOnRecord(thread, turn)])).toBeUndefined();

  const shown = readingOf(turn.commands, FILES, place.root);
  expect(blindnessOf(turn) ?? nothingSeen(shown)).toBeUndefined();
  const nothing = readingOf(turn.commands, { ...FILES, shown: [], partly: [] }, place.root);
  expect(nothingSeen(nothing)).toMatchObject({ kind: "reviewer-blind" });
});
