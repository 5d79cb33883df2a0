import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { ageReceipts } from "#test/age-receipts.ts";
import { closeBreaker } from "#test/close-breaker.ts";
import { nativeCodex } from "#test/codex-home.ts";
import { type GateWorld, makeGateWorld, type WorldSession } from "#test/gate-world.ts";
import type { Script } from "#test/responses-api.ts";
import { refuse, reviewAnswer, usageLimit } from "#test/reviewer-action.ts";

const HOUR = 60 * 60_000;

let world: GateWorld;
/** Each start of `codex` leaves a line here. */
let starts: string;
/** A `codex` that is counted; what it starts is the real one. */
let counted: Readonly<Record<string, string>>;
let edits = 0;

beforeAll(async () => {
  world = await makeGateWorld((request) => reviewAnswer(request));
  starts = join(world.repository.beside, "starts");
  const codex = join(world.repository.beside, "codex");
  writeFileSync(starts, "");
  writeFileSync(codex, `#!/bin/sh\necho "$*" >> ${starts}\nexec ${nativeCodex()} "$@"\n`, { mode: 0o755 });
  counted = { COUNTERSIGN_CODEX: codex };
});
beforeEach(async () => {
  world.api.play((request) => reviewAnswer(request));
  await closeBreaker(world.state);
});
afterAll(async () => {
  await world.close();
});

async function begin(env: Readonly<Record<string, string>> = {}): Promise<WorldSession> {
  const session = world.session({ env: { ...counted, ...env } });
  await session.start();
  return session;
}

/** Plays a usage limit that is reset at one and the same moment, whenever it is met. */
function inTwoHours(): Script {
  const limit = usageLimit(Math.floor((Date.now() + 2 * HOUR) / 1_000));
  return () => limit;
}

/** A new change, which a review is due for. */
function edit(): string {
  edits += 1;
  const text = `export const edit${edits} = ${edits};`;
  world.repository.write(`src/edit${edits}.js`, `${text}\n`);
  return text;
}

/** How often anything was asked or started so far. */
function spent(): { readonly requests: number; readonly starts: number } {
  return {
    requests: world.api.requests.length,
    starts: readFileSync(starts, "utf8").split("\n").length - 1,
  };
}

/** Has a change signed in a work tree of its own; what is returned brings the same change in another session. */
async function signedBefore(): Promise<() => Promise<WorldSession>> {
  const cwd = join(world.repository.beside, "signed");
  world.repository.git("worktree", "add", "--quiet", "--detach", cwd);
  const bring = async (): Promise<WorldSession> => {
    rmSync(join(cwd, "signed.js"), { force: true });
    const session = world.session({ cwd, env: counted });
    await session.start();
    writeFileSync(join(cwd, "signed.js"), "export const signed = 1;\n");
    expect((await session.stop()).systemMessage).toContain("signed by");
    return session;
  };
  await bring();
  return bring;
}

const Status = z.looseObject({
  pauses: z.array(z.looseObject({ failure: z.string(), receipt: z.string(), here: z.boolean() })),
  budget: z.array(z.looseObject({ used: z.number(), allowed: z.number() })),
});

async function status(env: Readonly<Record<string, string>> = {}): Promise<z.output<typeof Status>> {
  return parseJson((await world.countersign(["status", "--json"], { ...counted, ...env })).stdout, Status);
}

test("a usage limit costs one message in each session, then silence and no process until its reset", async () => {
  const again = await signedBefore();

  const session = await begin();
  const first = edit();
  const reset = Math.floor((Date.now() + 2 * HOUR) / 60_000) * 60_000;
  world.api.play(() => usageLimit(reset / 1_000));
  const { systemMessage } = await session.stop();
  const end = new Date(reset + 60_000).toISOString().slice(0, 16).replace("T", " ");
  expect(systemMessage).toContain("not reviewed [usage-limit], let through unsigned");
  expect(systemMessage).toContain(`Nobody is asked until ${end} UTC.`);
  expect(systemMessage).toMatch(/`!\S.* on` has it tried at the next stop/);

  world.api.play((request) => reviewAnswer(request));
  const before = spent();
  const more: string[] = [];
  for (let stop = 0; stop < 10; stop += 1) {
    more.push(edit());
    session.prompt();
    expect(await session.stop()).toEqual({});
  }
  const other = await begin();
  const others = edit();
  const told = await other.stop();
  expect(told.systemMessage).toContain("not reviewed, let through unsigned.");
  expect(told.systemMessage).toContain(`Nobody is asked until ${end} UTC.`);
  expect(await other.stop()).toEqual({});
  expect(spent()).toEqual(before);
  expect(session.outcomes()).toEqual(["failed(usage-limit)", ...Array<string>(10).fill("skipped(paused)")]);
  const [failure, paused] = session.receipts();
  expect(paused).toMatchObject({
    reviewer: { key: failure?.reviewer?.key, version: failure?.reviewer?.version },
    paused: { kind: "breaker", failure: "usage-limit", receipt: `${session.id.slice(-8)}-1` },
  });

  const known = await again();
  expect(known.outcomes()).toEqual(["allowed"]);
  expect(known.receipts().at(-1)?.known).not.toBeNull();
  expect(spent()).toEqual(before);

  const { pauses } = await status();
  expect(pauses).toMatchObject([
    { failure: "usage-limit", here: true, receipt: `${session.id.slice(-8)}-1` },
  ]);
  expect((await world.countersign(["status"])).stdout).toContain(
    `unsigned: what session ${other.id} left (paused, `,
  );

  ageReceipts(world.state, 3 * HOUR);
  expect((await status()).pauses).toEqual([]);
  expect((await session.stop()).systemMessage).toContain("signed by");
  const prompt = world.api.requests.at(-1)?.prompt ?? "";
  for (const text of [first, ...more]) expect(prompt).toContain(`+${text}`);
  expect(prompt).toContain(others);
});

test("two failures in a row over two sessions pause, `on` ends it, and so does an answer", async () => {
  const one = await begin();
  const two = await begin();
  world.api.play(() => refuse(500, { message: "oops" }));
  edit();
  expect((await one.stop()).systemMessage).not.toContain("Nobody is asked");
  const failed = (await two.stop()).systemMessage;
  expect(failed).toContain("2 reviews in a row failed. Nobody is asked until");
  const before = spent();
  expect((await one.stop()).systemMessage).toContain("2 reviews in a row failed. Nobody is asked until");
  expect(await one.stop()).toEqual({});
  expect(await two.stop()).toEqual({});
  const third = await begin();
  expect(spent()).toEqual(before);

  const on = await world.countersign(["on"], counted);
  expect(on.stdout).toContain(`The pause after provider-overloaded (receipt ${two.id.slice(-8)}-1) is over`);
  world.api.play((request) => reviewAnswer(request));
  expect((await two.stop()).systemMessage).toContain("signed by");

  // The row is broken: one more failure is the first again.
  world.api.play(() => refuse(500, { message: "oops" }));
  edit();
  expect((await third.stop()).systemMessage).not.toContain("Nobody is asked");
  expect((await status()).pauses).toEqual([]);
});

test("another account is asked at once", async () => {
  const session = await begin();
  world.api.play(inTwoHours());
  edit();
  await session.stop();
  world.api.play((request) => reviewAnswer(request));
  expect(await session.stop()).toEqual({});
  writeFileSync(join(world.codex.codexHome, "auth.json"), JSON.stringify({ OPENAI_API_KEY: "sk-another" }));
  expect((await session.stop()).systemMessage).toContain("signed by");
  expect((await status()).pauses).toMatchObject([{ failure: "usage-limit", here: false }]);
});

test("a review that a person asks for is tried all the same, says so, and its answer ends the pause", async () => {
  const session = await begin();
  world.api.play(inTwoHours());
  edit();
  await session.stop();
  const tried = await world.countersign(["review"], counted);
  expect(tried.exitCode).toBe(2);
  expect(tried.stdout).toMatch(/Nobody is asked until .* You asked for this review, so it was made\.\n/);
  expect(await session.stop()).toEqual({});
  world.api.play((request) => reviewAnswer(request));
  const worked = await world.countersign(["review"], counted);
  expect(worked.exitCode).toBe(0);
  expect(worked.stdout).toContain("The pause is over.");
  edit();
  expect((await session.stop()).systemMessage).toContain("signed by");
});

test("a cut stream is tried once more, within the same stop", async () => {
  const session = await begin();
  edit();
  const before = world.api.requests.length;
  world.api.play((request) =>
    request.number === before + 1 ? { kind: "cut", text: '{"request_id":' } : reviewAnswer(request),
  );
  expect((await session.stop()).systemMessage).toContain("signed by");
  expect(world.api.requests).toHaveLength(before + 2);
  expect(session.receipts().at(-1)?.reviewer).toMatchObject({ retriedAfter: "stream-cut" });
});

test("over its budget a session is told once, and nothing is asked", async () => {
  const { budget } = await status({ COUNTERSIGN_BUDGET: '{"reviewsPerHour":1000}' });
  const used = budget[0]?.used ?? 0;
  const session = await begin({ COUNTERSIGN_BUDGET: JSON.stringify({ reviewsPerHour: used + 1 }) });
  edit();
  expect((await session.stop()).systemMessage).toContain("signed by");
  const { requests } = spent();
  edit();
  const told = (await session.stop()).systemMessage;
  expect(told).toContain(
    `The budget is used up: ${used + 1} reviews within an hour, of ${used + 1} allowed.`,
  );
  expect(told).not.toContain(" on`");
  edit();
  expect(await session.stop()).toEqual({});
  expect(session.outcomes()).toEqual(["allowed", "skipped(budget)", "skipped(budget)"]);
  expect(spent().requests).toBe(requests);
});
