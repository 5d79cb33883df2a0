import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { sealRollout } from "#codex/rollout/rollout.ts";
import type { Locations } from "#runs/locations.ts";
import { writeReceipt } from "#runs/receipts/receipts.ts";
import { changeSession } from "#runs/sessions/session-file.ts";
import { callCommand } from "#test/call-command.ts";
import { rolloutText } from "#test/rollout-text.ts";
import { receiptDraft, reviewValue, sessionId, sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;
const ID = sessionId("s1");

type Recorded = {
  readonly locations: Locations;
  readonly rollout: string;
  readonly receipts: readonly string[];
};

/** A session of two receipts: a review with a sealed rollout on disk, and a stop without a review. */
async function recorded(home = "codex"): Promise<Recorded> {
  const locations = freshLocations();
  const rollout = join(
    locations.root,
    home,
    "sessions",
    "2026",
    "01",
    "02",
    "rollout-2026-01-02T03-04-05-thread-1.jsonl",
  );
  mkdirSync(dirname(rollout), { recursive: true });
  writeFileSync(rollout, rolloutText());
  await changeSession(locations, ID, () => sessionValue(), NEVER);
  const review = reviewValue({ rollout: await sealRollout(rollout) });
  const first = await writeReceipt(locations, ID, receiptDraft({ review }), NEVER);
  const skipped = { kind: "skipped", why: "unchanged" } as const;
  const last = receiptDraft({ at: "2026-01-02T04:00:00.000Z", outcome: skipped, review: null });
  const second = await writeReceipt(locations, ID, last, NEVER);
  return { locations, rollout, receipts: [first.name.path, second.name.path] };
}

async function verify(locations: Locations, ...words: readonly string[]) {
  const { code, stdout, stderr } = await callCommand(locations, ["audit", "verify", "--json", ...words]);
  const found: { verdict?: string; findings?: { kind: string }[]; receipts?: { standing: string }[] } =
    JSON.parse(stdout || "{}");
  return {
    code,
    stderr,
    verdict: found.verdict,
    kinds: found.findings?.map(({ kind }) => kind),
    standings: found.receipts?.map(({ standing }) => standing),
  };
}

test("untouched records are proven", async () => {
  const { locations } = await recorded();
  expect(await verify(locations)).toEqual({
    code: 0,
    stderr: "",
    verdict: "clean",
    kinds: [],
    standings: ["nothing-claimed", "proven"],
  });
  const { stdout } = await callCommand(locations, ["audit", "verify"]);
  expect(stdout).toMatch(/^2 receipts checked: 1 proven, 1 nothing claimed\.\n/);
});

test("a later round and archiving leave a review proven", async () => {
  const { locations, rollout } = await recorded();
  appendFileSync(rollout, '{"type":"turn_context"}\n');
  const archive = join(locations.root, "codex", "archived_sessions");
  mkdirSync(archive);
  renameSync(rollout, join(archive, "rollout-2026-01-02T03-04-05-thread-1.jsonl"));
  expect(await verify(locations)).toMatchObject({ code: 0, standings: ["nothing-claimed", "proven"] });
});

test("a review under another CODEX_HOME than the shell's is found where its seal says", async () => {
  const { locations } = await recorded("another-home");
  expect(await verify(locations)).toMatchObject({ code: 0, kinds: [] });
});

test.each([0, 1])("one edited word in receipt %i is found", async (index) => {
  const { locations, receipts } = await recorded();
  const path = receipts[index] ?? "";
  writeFileSync(path, readFileSync(path, "utf8").replace('"promptId": "p1"', '"promptId": "p2"'));
  const { code, verdict, kinds, standings } = await verify(locations);
  expect({ code, verdict, kinds }).toEqual({ code: 1, verdict: "findings", kinds: ["receipt-edited"] });
  expect(standings).toContain("contradicted");
});

test("a reformatted receipt is the same receipt, a key that we do not write is not", async () => {
  const { locations, receipts } = await recorded();
  const path = receipts[0] ?? "";
  const receipt: unknown = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify(receipt));
  expect(await verify(locations)).toMatchObject({ code: 0 });
  writeFileSync(path, JSON.stringify(Object.assign({}, receipt, { approved: true })));
  expect(await verify(locations)).toMatchObject({ code: 1, kinds: ["receipt-unreadable"] });
});

test("a receipt that was deleted, the last one too, is missed", async () => {
  for (const index of [0, 1]) {
    const { locations, receipts } = await recorded();
    rmSync(receipts[index] ?? "");
    expect(await verify(locations)).toMatchObject({ code: 1, kinds: ["receipt-missing"] });
  }
});

test("Codex's own file that was rewritten, or is gone, is found", async () => {
  const { locations, rollout } = await recorded();
  writeFileSync(rollout, rolloutText().replace("Review this.", "Review That."));
  expect(await verify(locations)).toMatchObject({
    code: 1,
    kinds: ["rollout-changed"],
    standings: ["nothing-claimed", "contradicted"],
  });
  rmSync(rollout);
  expect(await verify(locations)).toMatchObject({
    code: 1,
    kinds: ["rollout-missing"],
    standings: ["nothing-claimed", "unproven"],
  });
});

test("what cannot be checked is exit code 2, never a pass", async () => {
  const { locations } = await recorded();
  writeFileSync(join(locations.sessions, "s1.json"), "{torn");
  expect(await verify(locations)).toMatchObject({
    code: 2,
    verdict: "could-not-check",
    kinds: ["session-unreadable"],
  });
  expect(await verify(locations, "--session", "s9")).toMatchObject({
    code: 2,
    stderr: "countersign: nothing is on record of session s9; `countersign audit runs` lists what is\n",
  });
});

test("a session whose receipts are all gone is still asked for them", async () => {
  const { locations } = await recorded();
  rmSync(locations.receipts, { recursive: true });
  expect(await verify(locations)).toMatchObject({ code: 1, kinds: ["receipt-missing", "receipt-missing"] });
});

test("where nothing is on record, nothing is wrong", async () => {
  expect(await verify(freshLocations())).toMatchObject({
    code: 0,
    verdict: "clean",
    kinds: [],
    standings: [],
  });
});
