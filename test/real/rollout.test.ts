import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { runTurn } from "#codex/review/turn.ts";
import { findRollout, type RolloutSeal, rolloutPaths, sealRollout } from "#codex/rollout/rollout.ts";
import { readRolloutFacts } from "#codex/rollout/rollout-facts.ts";
import { readRolloutTurn } from "#codex/rollout/rollout-turn.ts";
import { closeThread, openReviewServer, openThread, reviewPlace, timeLimit } from "#test/review-server.ts";
import { refuse, runCommand, say } from "#test/reviewer-action.ts";

const ASK = { prompt: "THE PROMPT", schema: { type: "object" }, effort: "low" };

/** What the sealed bytes of a thread's rollout are now. */
async function sealedPart(
  codexHome: string,
  threadId: string,
  { bytes, sha256 }: RolloutSeal,
): Promise<string> {
  const [path] = rolloutPaths(codexHome, threadId);
  if (path === undefined) return "missing";
  const { read } = await readRolloutFacts(path, { bytes }, timeLimit());
  if (read.sha256 !== sha256) return "changed";
  return read.size === bytes ? "intact" : "appended";
}

test("a round is archived, resumed and appended to, and its seal stays valid", async () => {
  const place = await reviewPlace((request) =>
    request.outputs.length === 0 ? runCommand(request, "echo hi; exit 3") : say(`done ${request.number}`),
  );
  const { codexHome } = place.home;
  const server = await openReviewServer(place);
  const thread = await openThread(server, place);
  const first = await runTurn(server, thread, ASK, timeLimit());
  expect(findRollout(codexHome, thread.id)).toBe(thread.rolloutPath);
  await closeThread(server, thread);

  const Listed = z.looseObject({ data: z.array(z.unknown()) });
  expect((await server.request("thread/list", {}, Listed, timeLimit())).data).toEqual([]);
  const archived = findRollout(codexHome, thread.id) ?? "";
  expect(dirname(archived)).toBe(`${codexHome}/archived_sessions`);
  const seal = await sealRollout(archived);
  expect(seal).toMatchObject({ path: archived, bytes: readFileSync(archived).length });
  expect(await sealedPart(codexHome, thread.id, seal)).toBe("intact");

  const again = await openThread(server, place, { resume: thread.id });
  expect(again).toMatchObject({ id: thread.id, resumed: true });
  const second = await runTurn(server, again, { ...ASK, prompt: "SECOND" }, timeLimit());
  expect(place.api.requests.at(-1)?.texts.map(({ text }) => text)).toContain("THE PROMPT");
  await closeThread(server, again);
  expect(await sealedPart(codexHome, thread.id, seal)).toBe("appended");

  const path = findRollout(codexHome, thread.id) ?? "";
  const told = await readRolloutTurn(path, seal.bytes, first.id);
  expect(told).toMatchObject({
    threadId: thread.id,
    cliVersion: "0.169.0",
    modelProvider: "stand-in",
    model: "gpt-5.5",
    effort: "low",
    sandbox: { kind: "read-only" },
    responseIds: ["resp_1", "resp_2"],
    commands: [{ command: expect.arrayContaining(["echo hi; exit 3"]), exitCode: 3 }],
    end: { kind: "completed", message: "done 2" },
  });
  expect(await readRolloutTurn(path, seal.bytes, second.id)).toMatchObject({
    sandbox: { kind: "unknown" },
    end: { kind: "unknown" },
  });
  const whole = await sealRollout(path);
  expect(await readRolloutTurn(path, whole.bytes, second.id)).toMatchObject({ responseIds: ["resp_3"] });

  appendFileSync(path, '{"half a li');
  expect((await sealRollout(path)).bytes).toBe(whole.bytes);
  writeFileSync(path, readFileSync(path, "utf8").replace("done 2", "DONE 2"));
  expect(await sealedPart(codexHome, thread.id, seal)).toBe("changed");
  writeFileSync(path, readFileSync(path).subarray(0, seal.bytes - 1));
  expect(await sealedPart(codexHome, thread.id, seal)).toBe("changed");
  rmSync(path);
  expect(await sealedPart(codexHome, thread.id, seal)).toBe("missing");
});

test("a failed and an interrupted turn are told apart in the rollout", async () => {
  const place = await reviewPlace((request) =>
    request.prompt === "HANG" ? { kind: "silent" } : refuse(400, { message: "not like this" }),
  );
  const server = await openReviewServer(place);
  const thread = await openThread(server, place);
  const turns: string[] = [];
  const Started = z.looseObject({ threadId: z.string(), turn: z.looseObject({ id: z.string() }) });
  server.listen(({ method, params }) => {
    if (method === "turn/started") turns.push(z.parse(Started, params).turn.id);
  });
  await expect(runTurn(server, thread, ASK, timeLimit())).rejects.toThrow("request-refused");
  const user = new AbortController();
  const run = runTurn(server, thread, { ...ASK, prompt: "HANG" }, user.signal);
  await place.api.requested(2);
  user.abort(new Error("enough"));
  await expect(run).rejects.toThrow("enough");
  await closeThread(server, thread);
  const path = findRollout(place.home.codexHome, thread.id) ?? "";
  const { bytes } = await sealRollout(path);
  const ends = await Promise.all(turns.map(async (id) => (await readRolloutTurn(path, bytes, id)).end.kind));
  expect(ends).toEqual(["failed", "aborted"]);
});

test("a thread that is gone or held by another server is replaced by a fresh one", async () => {
  const place = await reviewPlace();
  const server = await openReviewServer(place);
  const gone = await openThread(server, place, { resume: "01a1fe48-e414-73d1-a591-c4bab0e5673c" });
  expect(gone).toMatchObject({ resumed: false, notResumed: expect.stringContaining("no rollout found") });
  await runTurn(server, gone, ASK, timeLimit());

  const other = await openReviewServer(place);
  const fresh = await openThread(other, place, { resume: gone.id });
  expect(fresh).toMatchObject({ resumed: false, notResumed: expect.stringContaining("active writer") });
  expect(fresh.id).not.toBe(gone.id);
  expect(await runTurn(other, fresh, ASK, timeLimit())).toMatchObject({ message: "done" });
});

test("a kept thread stays in the list, and can be resumed", async () => {
  const place = await reviewPlace();
  const server = await openReviewServer(place);
  const thread = await openThread(server, place);
  await runTurn(server, thread, ASK, timeLimit());
  await closeThread(server, thread, true);
  const Listed = z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) });
  expect((await server.request("thread/list", {}, Listed, timeLimit())).data).toMatchObject([
    { id: thread.id },
  ]);
  const again = await openThread(server, place, { resume: thread.id });
  expect(again).toMatchObject({ id: thread.id, resumed: true });
  expect(await runTurn(server, again, ASK, timeLimit())).toMatchObject({ message: "done" });
});
