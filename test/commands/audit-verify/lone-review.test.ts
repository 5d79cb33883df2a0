import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { sealRollout } from "#codex/rollout/rollout.ts";
import type { Locations } from "#runs/locations.ts";
import { writeLoneReceipt } from "#runs/receipts/lone-receipt.ts";
import { ledgerFile } from "#runs/records/ledger-lines.ts";
import { callCommand } from "#test/call-command.ts";
import { rolloutText } from "#test/rollout-text.ts";
import { receiptDraft, reviewValue, sessionId } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;
const ID = sessionId("8f7c1f1e-0000-4000-8000-000000000001");

/** A review that a person asked for in a shell, with its rollout. */
async function reviewed(): Promise<{ readonly locations: Locations; readonly path: string }> {
  const locations = freshLocations();
  const name = "rollout-2026-01-02T03-04-05-thread-1.jsonl";
  const rollout = join(locations.root, "codex/sessions/2026/01/02", name);
  mkdirSync(dirname(rollout), { recursive: true });
  writeFileSync(rollout, rolloutText());
  const review = reviewValue({ rollout: await sealRollout(rollout) });
  const draft = receiptDraft({ event: "review", promptId: null, review });
  return { locations, path: (await writeLoneReceipt(locations, ID, draft, NEVER)).name.path };
}

async function verify(locations: Locations, ...words: readonly string[]) {
  const { code, stdout, stderr } = await callCommand(locations, ["audit", "verify", "--json", ...words]);
  const found: {
    findings?: { kind: string }[];
    receipts?: { standing: string }[];
    standing?: string;
  } = JSON.parse(stdout || "{}");
  const standing = found.standing ?? found.receipts?.[0]?.standing;
  return { code, stderr, standing, kinds: found.findings?.map(({ kind }) => kind) };
}

test("an untouched review from a shell is proven, by itself and among all", async () => {
  const { locations } = await reviewed();
  const proven = { code: 0, stderr: "", standing: "proven", kinds: [] };
  expect(await verify(locations)).toEqual(proven);
  expect(await verify(locations, "last")).toEqual(proven);
  expect(await verify(locations, "--session", ID)).toEqual(proven);
});

test("one that was edited is contradicted", async () => {
  const { locations, path } = await reviewed();
  writeFileSync(path, readFileSync(path, "utf8").replace('"seconds": 12.3', '"seconds": 1'));
  const wrong = { code: 1, stderr: "", standing: "contradicted", kinds: ["receipt-edited"] };
  expect(await verify(locations)).toEqual(wrong);
  expect(await verify(locations, "last")).toEqual(wrong);
});

test("one that was removed or has another name is missed, also of its session alone", async () => {
  const { locations, path } = await reviewed();
  rmSync(path);
  const missed = { code: 1, stderr: "", standing: undefined, kinds: ["receipt-missing"] };
  expect(await verify(locations)).toEqual(missed);
  expect(await verify(locations, "--session", ID)).toEqual(missed);
  expect(await verify(locations, "--since", "2026-01-03")).toMatchObject({ code: 0, kinds: [] });
  const other = await reviewed();
  renameSync(
    other.path,
    other.path.replace("20260102T", "20260102T1").replace("T1030405678Z", "T103040567Z"),
  );
  expect(await verify(other.locations)).toMatchObject({
    code: 1,
    kinds: ["receipt-misplaced", "receipt-missing"],
  });
});

test("one from before reviews had a line is plausible, and the reason is said", async () => {
  const { locations } = await reviewed();
  rmSync(ledgerFile(locations));
  expect(await verify(locations)).toMatchObject({ code: 0, standing: "plausible", kinds: [] });
  const { stdout } = await callCommand(locations, ["audit", "verify", "last"]);
  expect(stdout).toMatch(
    /\n {2}record {5}unknown {2}nothing else holds its digest: the ledger of runs has no/,
  );
});

test("one that was pruned is not missed, and the ledger stays whole", async () => {
  const { locations } = await reviewed();
  const later = { now: new Date("2027-01-02T03:04:05.678Z") };
  const { stdout } = await callCommand(locations, ["prune", "--json"], later);
  expect(JSON.parse(stdout)).toMatchObject({ removed: { receipts: { count: 1 } } });
  expect(await verify(locations)).toMatchObject({ code: 0, kinds: [] });
});
