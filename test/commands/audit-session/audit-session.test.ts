import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { plainText } from "#base/text.ts";
import type { Locations } from "#runs/locations.ts";
import { type Called, callCommand } from "#test/call-command.ts";
import { freshLocations } from "#test/state-root.ts";
import { called, callId, type Line, prompted, said, second, told } from "#test/transcript-lines.ts";

const SESSION = "4ad30000-0000-4000-8000-000000000001";
/** A UUIDv7 of that second. */
function threadOf(at: number): string {
  const hex = second(at).getTime().toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000001`;
}

type Scene = {
  readonly locations: Locations;
  readonly work: string;
  transcript(lines: readonly Line[], session?: string): string;
  /** A rollout of one turn, as Codex 0.169 writes it, that began at that second. */
  rollout(
    at: number,
    own?: {
      readonly thread?: string;
      readonly cwd?: string;
      readonly home?: string;
      readonly prompt?: string;
    },
  ): string;
  audit(...words: readonly string[]): Promise<Called>;
};

function scene(): Scene {
  const locations = freshLocations();
  const { root } = locations;
  const work = join(root, "work");
  mkdirSync(work);
  return {
    locations,
    work,
    transcript: (lines, session = SESSION) => {
      const folder = join(root, "claude", "projects", "-work");
      mkdirSync(folder, { recursive: true });
      const path = join(folder, `${session}.jsonl`);
      writeFileSync(
        path,
        lines.map((line) => `${JSON.stringify({ cwd: work, sessionId: session, ...line })}\n`).join(""),
      );
      return path;
    },
    rollout: (
      at,
      { thread = threadOf(at), cwd = work, home = join(root, "codex"), prompt = "review the counter" } = {},
    ) => {
      const folder = join(home, "sessions", "2026", "01", "02");
      mkdirSync(folder, { recursive: true });
      const path = join(folder, `rollout-2026-01-02T03-00-00-${thread}.jsonl`);
      writeFileSync(path, rolloutLines({ at, thread, cwd, prompt }));
      return path;
    },
    audit: (...words) =>
      callCommand(locations, ["audit", "session", ...words], {
        environment: { CLAUDE_CONFIG_DIR: join(root, "claude") },
      }),
  };
}

function rolloutLines({
  at,
  thread,
  cwd,
  prompt,
}: {
  readonly at: number;
  readonly thread: string;
  readonly cwd: string;
  readonly prompt: string;
}): string {
  const turn = { turn_id: `turn-${at}` };
  const line = (type: string, payload: object): string =>
    `${JSON.stringify({ timestamp: second(at).toISOString(), type, payload })}\n`;
  const user = { type: "UserMessage", content: [{ type: "text", text: prompt }] };
  const seconds = second(at).getTime() / 1000;
  const done = {
    type: "task_complete",
    ...turn,
    last_agent_message: "LGTM",
    started_at: seconds,
    completed_at: seconds,
  };
  const meta = {
    id: thread,
    timestamp: second(at).toISOString(),
    cwd,
    originator: "codex_exec",
    cli_version: "0.169.0",
    source: "exec",
  };
  return [
    line("session_meta", meta),
    line("event_msg", { type: "task_started", ...turn, started_at: seconds }),
    line("turn_context", { ...turn, cwd, model: "gpt-5.5" }),
    line("event_msg", { type: "item_completed", ...turn, item: user }),
    line("event_msg", done),
  ].join("");
}

/** Codex is asked, and answers; then the agent says so. */
function asked(at: number, command = "codex exec 'review the counter'"): readonly Line[] {
  return [
    prompted(at, "review it"),
    called(at + 1, "Bash", { command }),
    told(at + 9, callId(at + 1, "Bash"), "LGTM"),
    said(at + 10, "Codex reviewed it."),
  ];
}

const Json = z.looseObject({
  schema: z.string(),
  sums: z.record(z.string(), z.number()),
  claims: z.array(z.looseObject({ verdict: z.string(), why: z.nullable(z.string()), claimed: z.string() })),
  homes: z.array(z.looseObject({ path: z.string(), state: z.string(), why: z.array(z.string()) })),
  damage: z.array(z.looseObject({ what: z.string() })),
  unclaimed: z.array(z.string()),
});

async function json(one: Scene, ...words: readonly string[]) {
  const { stdout, code, stderr } = await one.audit(...words, "--json");
  expect(stderr).toBe("");
  const audit = parseJson(stdout, Json);
  return { ...audit, code, verdicts: audit.claims.map(({ verdict, why }) => why ?? verdict) };
}

test("a session by its id, by the beginning of it, and by its transcript", async () => {
  const one = scene();
  const path = one.transcript(asked(0));
  one.rollout(2);
  for (const word of [SESSION, SESSION.slice(0, 6), path]) {
    const { verdicts, code, schema, sums } = await json(one, word);
    expect([verdicts, code, schema]).toEqual([["backed", "backed"], 0, "countersign/audit-session/1"]);
    expect(sums).toEqual({ backed: 2, partly: 0, unbacked: 0, unknowable: 0 });
  }
});

test("a block for each claim says what was claimed, where, what stands behind it and what to do", async () => {
  const one = scene();
  one.transcript([...asked(0), ...asked(20, "codex exec 'explain the parser'")]);
  one.rollout(2);
  const { stdout, code } = await one.audit(SESSION);
  expect(stdout).toContain("4 claims that Codex ran: 2 backed, 2 unbacked.");
  expect(stdout).toMatch(
    /c1 {8}BACKED\nclaimed {3}Bash: codex exec 'review the counter'\nwhere {5}line 2, 2026-01-02 03:00:01 UTC/,
  );
  expect(stdout).toContain("for       time, cwd, prompt, source, end, not-forged");
  expect(stdout).toMatch(/c3 {8}UNBACKED: no run of that time \(no-run\)\n/);
  expect(stdout).toMatch(/rests on {2}c3/);
  expect(stdout).toMatch(/next {6}Name the CODEX_HOME/);
  expect(code).toBe(1);
});

test("nothing is claimed: clean", async () => {
  const one = scene();
  one.transcript([prompted(0, "hello"), said(1, "Hello.")]);
  const { stdout, code } = await one.audit(SESSION);
  expect([stdout.split("\n")[0], code]).toEqual([
    `Session ${SESSION}: nothing in it claims that Codex ran.`,
    0,
  ]);
});

test("an ephemeral run cannot be known: exit code 2", async () => {
  const one = scene();
  one.transcript(asked(0, "codex exec --ephemeral 'review the counter'").slice(0, 3));
  expect(await json(one, SESSION)).toMatchObject({ verdicts: ["ephemeral"], code: 2 });
});

test("homes: of the shell, the user's own, named in a command, asked for", async () => {
  const one = scene();
  const [named, wanted] = [join(one.locations.root, "named"), join(one.locations.root, "wanted")];
  one.transcript(asked(0, `CODEX_HOME=${named} codex exec 'review the counter'`));
  expect((await json(one, SESSION)).verdicts).toEqual(["no-run", "no-run"]);
  one.rollout(2, { home: wanted });
  expect((await json(one, SESSION)).verdicts).toEqual(["no-run", "no-run"]);
  const { verdicts, homes } = await json(one, SESSION, "--codex-home", wanted);
  expect(verdicts).toEqual(["backed", "backed"]);
  expect(homes.map(({ path, why, state }) => [path, why[0], state])).toEqual([
    [wanted, "asked for", "read"],
    [join(one.locations.root, "codex"), "CODEX_HOME of this shell", "absent"],
    [join(one.locations.root, ".codex"), "the user's own", "absent"],
    [named, "named in the transcript", "absent"],
  ]);
  one.rollout(2, { home: named });
  expect((await json(one, SESSION)).verdicts).toEqual(["backed", "backed"]);
});

test("a folder is compared by its real path", async () => {
  const one = scene();
  const link = join(one.locations.root, "link");
  symlinkSync(one.work, link);
  one.transcript(asked(0, `cd ${link} && codex exec 'review the counter'`));
  one.rollout(2);
  expect((await json(one, SESSION)).verdicts).toEqual(["backed", "backed"]);
  one.rollout(2, { cwd: join(one.locations.root, "other") });
  expect((await json(one, SESSION)).verdicts[0]).toBe("other-cwd");
});

test("a rollout that the agent wrote itself backs nothing, also where it fits", async () => {
  const one = scene();
  const path = one.rollout(2);
  one.transcript([
    called(0, "Write", { file_path: path, content: "{}" }),
    told(1, callId(0, "Write"), "ok"),
    ...asked(1),
  ]);
  expect((await json(one, SESSION)).verdicts).toEqual(["forged-rollout", "no-run", "no-run"]);
});

test("a run that nobody claims is told, and is no finding", async () => {
  const one = scene();
  one.transcript([prompted(0, "hello"), said(9, "Hello.")]);
  one.rollout(2);
  const { unclaimed, code } = await json(one, SESSION);
  expect([unclaimed, code]).toEqual([[`${threadOf(2)}/turn-2`], 0]);
  expect((await one.audit(SESSION)).stdout).toContain(
    "1 run of Codex in this time and these folders that nothing",
  );
});

test("an old thread whose file was touched later is still old", async () => {
  const one = scene();
  one.rollout(-5000);
  one.transcript([
    prompted(0, "go"),
    called(1, "Bash", { command: "cat out.txt" }),
    told(2, callId(1, "Bash"), `session id: ${threadOf(-5000)}`),
    said(3, "Codex reviewed it."),
  ]);
  expect((await json(one, SESSION)).verdicts).toEqual(["replayed"]);
});

test("secrets are not printed, and nothing moves the cursor", async () => {
  const one = scene();
  const secret = `ghp_${"a1B2".repeat(9)}`;
  one.transcript(asked(0, `GH_TOKEN=${secret} codex exec $'\u001b[31mred\u0007' "${secret}"`));
  for (const words of [[], ["--json"], ["--markdown"]]) {
    const { stdout } = await one.audit(SESSION, ...words);
    expect(stdout).not.toContain(secret);
    expect(stdout).toContain("[redacted");
    expect(plainText(stdout)).toBe(stdout);
  }
});

test("a block for an issue is fenced, and names no home", async () => {
  const one = scene();
  one.transcript(asked(0));
  const { stdout } = await one.audit(SESSION, "--markdown");
  expect(stdout).toMatch(/^```text\n.*\n```\n$/s);
  expect(stdout).not.toContain(one.locations.root);
});

test("an id that is not there names those that are near, and never leaves the folder", async () => {
  const one = scene();
  one.transcript([], SESSION);
  one.transcript([], "4ad30000-0000-4000-8000-000000000002");
  one.transcript([], "ffff0000-0000-4000-8000-000000000003");
  const near = await one.audit(`${SESSION.slice(0, -1)}9`);
  expect([near.code, near.stdout]).toEqual([2, ""]);
  expect(near.stderr).toContain("no file and no session is called");
  expect(near.stderr).toContain(SESSION);
  const several = await one.audit("4ad3");
  expect(several.stderr).toContain("begins the ids of several sessions");
  for (const word of ["../../etc/none", "..", "a/b", "x\u0000y", "*", "con", "a".repeat(5000), "-"]) {
    const { code, stderr, stdout } = await one.audit(word);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/no file and no session/);
  }
  expect((await one.audit()).stderr).toContain("name a session's id");
});

test("an empty transcript, a binary one, a cut one: a finding, and the rest is audited", async () => {
  const one = scene();
  const path = one.transcript(asked(0));
  one.rollout(2);
  appendFileSync(path, '{"type":"assistant","mess');
  const cut = await one.audit(path);
  expect(cut.code).toBe(1);
  expect(cut.stdout).toContain("2 claims that Codex ran: 2 backed.");
  expect(cut.stdout).toMatch(/damage {4}.*line\s+5: the file ends within a line \(cut\)/s);
  writeFileSync(path, "");
  expect(await json(one, path)).toMatchObject({ code: 1, damage: [{ what: "empty" }] });
  writeFileSync(path, Buffer.from(Array.from({ length: 9_999 }, (_, index) => (index * 31) % 256)));
  expect((await json(one, path)).code).toBe(1);
});
