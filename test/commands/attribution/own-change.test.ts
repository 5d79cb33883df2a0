import { chmodSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { ObjectId, SessionId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import type { HookPlace } from "#claude/transcript/may-write-silently.ts";
import type { AttributionInput } from "#commands/attribution/attribution-input.ts";
import { type OwnChange, ownChange } from "#commands/attribution/own-change.ts";
import { readChange } from "#git/change/read-change.ts";
import { findRepository } from "#git/find-repository.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import { takeSnapshot } from "#git/snapshot/take-snapshot.ts";
import { openObjectStore } from "#git/store/object-store.ts";
import type { Call } from "#test/attribution/story-world.ts";
import { lastWords, toldTranscript } from "#test/attribution/told-transcript.ts";
import { makeRepository } from "#test/scratch-repository.ts";
import { second } from "#test/transcript-lines.ts";

const signal = new AbortController().signal;
const NUMBERS = "one1\ntwo2\nthree3\nfour4\nfive5\nsix6\n";

/** A tree with a baseline at second 0, in which the own session comes to a stop at second 100. */
async function stage(prepare: (scratch: ReturnType<typeof makeRepository>) => void = () => undefined) {
  const scratch = makeRepository();
  vi.stubEnv("HOME", scratch.home);
  vi.stubEnv("XDG_CONFIG_HOME", undefined);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    scratch.remove();
  });
  scratch.write("a.txt", NUMBERS);
  prepare(scratch);
  scratch.commit("one");
  const repository = await findRepository(scratch.root, signal);
  if (repository === undefined) throw new Error("no repository");
  const store = await openObjectStore(repository, join(scratch.beside, "store"), signal);
  const baseline = await takeSnapshot(repository, store, signal);
  const seen: AttributionInput["session"]["seen"][number][] = [];
  const transcript = (name: string, calls: readonly Call[], stops: readonly number[]) => {
    const path = join(scratch.beside, `${name}.jsonl`);
    writeFileSync(path, toldTranscript(scratch.root, calls, stops));
    return path;
  };
  return {
    scratch,
    see: async (at: number) => {
      const { tree } = await takeSnapshot(repository, store, signal);
      seen.push({ tree, at: second(at).toISOString(), until: second(at + 1).toISOString() });
    },
    review: async (
      own: readonly Call[],
      others: readonly Call[] | undefined,
      more: Partial<AttributionInput> = {},
    ) => {
      const snapshot = await takeSnapshot(repository, store, signal);
      const input: AttributionInput = {
        tree: { repository, store },
        session: {
          session_id: parseShape("s1", SessionId),
          transcript: transcript("s1", own, [100]),
          baseline,
          takenAt: second(0).toISOString(),
          why: "start",
          seen,
        },
        lastMessage: lastWords(100),
        snapshot,
        taken: { at: second(100), until: second(101) },
        others:
          others === undefined
            ? []
            : [
                {
                  session_id: parseShape("s2", SessionId),
                  transcript: transcript("s2", others, []),
                  seen: [],
                  started: second(0),
                  reviewedFrom: second(0),
                  live: true,
                },
              ],
        hooks: () => [],
        ...more,
      };
      const change = await ownChange(input, signal);
      return { ...change, shown: await shownIn(change, snapshot), same: change.baseline === baseline };
    },
  };

  async function shownIn({ baseline: from }: OwnChange, to: Snapshot): Promise<readonly string[]> {
    const { files } = await readChange(store, from, to, signal);
    return files.map(({ kind, path, patch }) => {
      const lines = patch.split("\n").filter((line) => /^[+-](?![+-])/.test(line));
      return [`${kind} ${path}`, ...lines].join(" ");
    });
  }
}

const shell = (at: number, endedAt: number): Call => ({ kind: "shell", at, endedAt });
const wrote = (path: string, at: number, before: string | null, after: string): Call => ({
  kind: "edit",
  path,
  edit: { kind: "whole", before, after },
  at,
  endedAt: at + 1,
});

describe("a person's edits", () => {
  test("are not put to an agent that ran nothing", async () => {
    const { scratch, review } = await stage();
    scratch.write("a.txt", "all new\n");
    scratch.write("b.txt", "new\n");
    const { shown, leftOut } = await review([], undefined);
    expect(shown).toEqual([]);
    expect(leftOut.map(({ by }) => by)).toEqual(["outside of any session", "outside of any session"]);
  });

  test("between two turns are told from the work of both", async () => {
    const { scratch, see, review } = await stage();
    scratch.write("a.txt", NUMBERS.replace("one1", "mine"));
    await see(20);
    scratch.write("a.txt", NUMBERS.replace("one1", "mine").replace("six6", "theirs"));
    scratch.git("commit", "--quiet", "--all", "--message", "by a person");
    await see(60);
    scratch.write("b.txt", "mine too\n");
    const { shown } = await review([shell(10, 12), shell(70, 72)], undefined);
    expect(shown).toEqual(["modified a.txt -one1 +mine", "added b.txt +mine too"]);
  });

  test("of a file that is no UTF-8 stay whole beside the session's", async () => {
    const bytes = (first: string, last: string) => Buffer.from(`${first}\n\xff\n\n\n${last}\n`, "latin1");
    const { scratch, see, review } = await stage((repository) => {
      repository.write("bytes.txt", bytes("one1", "six6"));
      repository.write("gone.txt", "going\n");
    });
    scratch.write("bytes.txt", bytes("mine", "six6"));
    await see(20);
    scratch.write("bytes.txt", bytes("mine", "theirs"));
    rmSync(join(scratch.root, "gone.txt"));
    const { shown, uncertain, leftOut } = await review([shell(10, 12)], undefined);
    expect(shown).toEqual(["modified bytes.txt -one1 +mine -six6 +theirs"]);
    expect(uncertain.map(({ path }) => path)).toEqual(["bytes.txt"]);
    expect(leftOut).toEqual([{ path: "gone.txt", by: "outside of any session" }]);
  });

  test("that only move the session's work leave it due: renamed, stashed and brought back", async () => {
    const { scratch, see, review } = await stage();
    scratch.write("a.txt", NUMBERS.replace("one1", "mine alone"));
    scratch.write("mine.bin", Buffer.from([0, 1, 2]));
    await see(20);
    scratch.git("stash", "--quiet", "--include-untracked");
    await see(40);
    await see(60);
    scratch.git("stash", "pop", "--quiet");
    renameSync(join(scratch.root, "mine.bin"), join(scratch.root, "moved.bin"));
    const { shown, uncertain } = await review([shell(10, 12), shell(45, 46)], undefined);
    expect(shown).toEqual(["modified a.txt -one1 +mine alone", "added moved.bin"]);
    expect(uncertain.map(({ path }) => path)).toEqual(["a.txt", "moved.bin"]);
  });
});

describe("hooks that leave no record", () => {
  const formatter = (event: string, matcher?: string): HookPlace => ({
    kind: "events",
    events: { [event]: [{ ...(matcher === undefined ? {} : { matcher }), hooks: [{ command: "fmt" }] }] },
  });

  test("make due what was written while the session ran nothing, and it is said", async () => {
    const { scratch, review } = await stage();
    scratch.write("a.txt", "all new\n");
    const { same, leftOut, uncertain } = await review([], undefined, {
      hooks: () => [formatter("UserPromptSubmit")],
    });
    expect({ same, leftOut }).toEqual({ same: true, leftOut: [] });
    expect(uncertain).toEqual([
      { path: "a.txt", why: "no tool call of this session is known to have written it" },
    ]);
  });

  test("take nothing from what another session's records prove", async () => {
    const { scratch, review } = await stage();
    const theirs = NUMBERS.replace("six6", "theirs");
    scratch.write("a.txt", theirs.replace("one1", "formatted"));
    scratch.write("b.txt", "formatted\n");
    const { shown, leftOut } = await review([], [wrote("a.txt", 20, NUMBERS, theirs)], {
      hooks: () => [formatter("Stop")],
    });
    expect(shown).toEqual(["modified a.txt -one1 +formatted", "added b.txt +formatted"]);
    expect(leftOut).toEqual([{ path: "a.txt", by: "s2" }]);
  });

  test("may have written what another session found, and wrote whole again", async () => {
    const { scratch, review } = await stage();
    const after = NUMBERS.replace("one1", "formatted").replace("six6", "theirs");
    scratch.write("a.txt", after);
    const their: Call = {
      kind: "edit",
      path: "a.txt",
      edit: { kind: "content", after },
      at: 20,
      endedAt: 21,
    };
    const own = [shell(50, 60)];
    expect((await review(own, [their])).shown).toEqual([]);
    const { same, uncertain } = await review(own, [their], { hooks: () => [formatter("Stop")] });
    expect(same).toBe(true);
    expect(uncertain.map(({ path }) => path)).toEqual(["a.txt"]);
  });

  test("of the edit tools count where an edit outside of the tree may have started them", async () => {
    const { scratch, review } = await stage();
    scratch.write("a.txt", "all new\n");
    const hooks = () => [formatter("PostToolUse", "Edit|Write")];
    expect((await review([], undefined, { hooks })).shown).toEqual([]);
    expect((await review([wrote("../plan.md", 20, null, "plan\n")], undefined, { hooks })).same).toBe(true);
  });

  test("are looked up only where the session's rest would leave something out", async () => {
    const { scratch, see, review } = await stage();
    const hooks = vi.fn(() => [formatter("Stop")]);
    await see(20);
    scratch.write("a.txt", NUMBERS.replace("one1", "mine"));
    await review([shell(50, 60)], undefined, { hooks });
    await review([], undefined, { hooks, lastMessage: "Something else." });
    expect(hooks).not.toHaveBeenCalled();
    await review([], undefined, { hooks });
    expect(hooks).toHaveBeenCalledOnce();
  });
});

describe("another session's edits", () => {
  test("are left out of a file that has lines of both", async () => {
    const { scratch, review } = await stage();
    const theirs = NUMBERS.replace("six6", "theirs");
    scratch.write("a.txt", theirs.replace("one1", "mine"));
    const { shown, leftOut, uncertain } = await review(
      [shell(50, 60)],
      [wrote("a.txt", 20, NUMBERS, theirs)],
    );
    expect(shown).toEqual(["modified a.txt -one1 +mine"]);
    expect({ leftOut, uncertain }).toEqual({
      leftOut: [{ path: "a.txt", by: "s2" }],
      uncertain: [{ path: "a.txt", why: "session s2 edited it, and that is not all that changed" }],
    });
  });

  test("in CRLF files, with names and modes of every kind", async () => {
    const crlf = NUMBERS.replaceAll("\n", "\r\n");
    const { scratch, review } = await stage((repository) => {
      repository.write("crlf.txt", crlf);
      chmodSync(repository.write("grün/run me.sh", NUMBERS), 0o755);
      repository.write("bytes.txt", Buffer.from([0x61, 0xff, 0x0a]));
    });
    const theirs = NUMBERS.replace("six6", "theirs");
    scratch.write("crlf.txt", theirs.replace("one1", "mine").replaceAll("\n", "\r\n"));
    scratch.write("grün/run me.sh", theirs);
    scratch.write("bytes.txt", Buffer.from([0x62, 0xff, 0x0a]));
    scratch.write("new.txt", "made by them\n");
    const { shown, uncertain } = await review(
      [shell(50, 60)],
      [
        wrote("crlf.txt", 20, NUMBERS, theirs),
        wrote("grün/run me.sh", 22, NUMBERS, theirs),
        wrote("bytes.txt", 24, "a\ufffd\n", "b\ufffd\n"),
        wrote("new.txt", 26, null, "made by them\n"),
        wrote("../outside.txt", 28, null, "elsewhere\n"),
      ],
    );
    expect(shown).toEqual(["modified bytes.txt -a\\xff +b\\xff", "modified crlf.txt -one1\r +mine\r"]);
    expect(uncertain.map(({ path }) => path)).toEqual(["bytes.txt", "crlf.txt"]);
  });

  test("beside the tree are nothing to it", async () => {
    const { scratch, review } = await stage();
    const mine = NUMBERS.replace("six6", "mine");
    scratch.write("a.txt", mine);
    const { same } = await review([shell(50, 60)], [wrote("../work2a.txt", 20, NUMBERS, mine)]);
    expect(same).toBe(true);
  });

  test("of files that git ignores, or larger than a megabyte, change nothing", async () => {
    const long = "a long line of text\n".repeat(60_000);
    const { scratch, review } = await stage((repository) => {
      repository.write(".gitignore", "*.log\n");
      repository.write("long.txt", long);
    });
    scratch.write("noise.log", "noise\n");
    scratch.write("long.txt", `${long}more\n`);
    const calls = [wrote("noise.log", 20, null, "noise\n"), wrote("long.txt", 22, long, `${long}more\n`)];
    const { shown, uncertain } = await review([shell(50, 60)], calls);
    expect(shown).toEqual(["modified long.txt +more"]);
    expect(uncertain).toHaveLength(1);
  });
});

describe("where something is not known", () => {
  const theirs = NUMBERS.replace("six6", "theirs");
  const their = [wrote("a.txt", 20, NUMBERS, theirs)];

  test.each([
    ["what the agent said last", { lastMessage: undefined }],
    ["the own transcript's end", { lastMessage: "Something else." }],
  ])("%s, nothing is left out, and it is said", async (_what, more) => {
    const { scratch, review } = await stage();
    scratch.write("a.txt", theirs);
    const { same, uncertain } = await review([shell(50, 60)], their, more);
    expect(same).toBe(true);
    expect(uncertain[0]?.why).toContain("own transcript is not complete");
  });

  test("a state of the tree that is gone, nothing is left out, and it is said", async () => {
    const { scratch, review } = await stage();
    scratch.write("a.txt", theirs);
    const gone = {
      tree: parseShape("1".repeat(40), ObjectId),
      at: second(30).toISOString(),
      until: second(31).toISOString(),
    };
    const other = {
      session_id: parseShape("s2", SessionId),
      transcript: join(scratch.beside, "s2.jsonl"),
      seen: [],
      started: second(0),
      reviewedFrom: second(0),
      live: true,
    };
    await review([], their);
    const { same, uncertain } = await review([shell(50, 60)], their, {
      others: [{ ...other, seen: [gone] }],
    });
    expect(same).toBe(true);
    expect(uncertain).toEqual([{ path: "a.txt", why: expect.stringContaining("too much") }]);
  });

  test("a session that did nothing since, or has no transcript, is asked for nothing", async () => {
    const { scratch, review } = await stage();
    scratch.write("a.txt", theirs);
    const old = join(scratch.beside, "old.jsonl");
    writeFileSync(old, "not even a transcript\n");
    utimesSync(old, second(-100), second(-100));
    const session = {
      session_id: parseShape("s3", SessionId),
      seen: [],
      started: second(-200),
      reviewedFrom: second(-200),
      live: false,
    };
    const others = [
      { ...session, transcript: old },
      { ...session, transcript: undefined },
    ];
    expect(await review([shell(50, 60)], undefined, { others })).toMatchObject({ same: true, uncertain: [] });
    const live = [{ ...session, transcript: undefined, live: true }];
    const { uncertain } = await review([shell(50, 60)], undefined, { others: live });
    expect(uncertain[0]?.why).toBe("the transcript of session s3 is not complete");
  });

  test("a session whose transcript has moved, with work in a sub-agent's alone, is asked all the same", async () => {
    const { scratch, review } = await stage();
    scratch.write("a.txt", theirs);
    const moved = join(scratch.beside, "projects", "-worktree", "s3.jsonl");
    const nested = join(scratch.beside, "projects", "-worktree", "s3", "subagents", "deep", "agent-a1.jsonl");
    mkdirSync(dirname(nested), { recursive: true });
    writeFileSync(moved, "");
    writeFileSync(nested, "not even a transcript\n");
    const session = {
      session_id: parseShape("s3", SessionId),
      transcript: join(scratch.beside, "projects", "-work", "s3.jsonl"),
      seen: [],
      started: second(-200),
      reviewedFrom: second(-200),
      live: false,
    };
    const asked = async () => {
      const { uncertain } = await review([shell(50, 60)], undefined, { others: [session] });
      return uncertain.map(({ why }) => why);
    };
    for (const path of [moved, nested]) utimesSync(path, second(-100), second(-100));
    expect(await asked()).toEqual([]);
    utimesSync(nested, second(20), second(20));
    expect(await asked()).toEqual([expect.stringContaining("session s3")]);
    utimesSync(nested, second(-100), second(-100));
    utimesSync(moved, second(20), second(20));
    expect(await asked()).toEqual([expect.stringContaining("session s3")]);
  });

  test("an unchanged tree is nobody's", async () => {
    const { scratch, review } = await stage();
    scratch.write("a.txt", "x\n");
    rmSync(join(scratch.root, "a.txt"));
    scratch.write("a.txt", NUMBERS);
    expect(await review([], their)).toMatchObject({ same: true, shown: [], uncertain: [], leftOut: [] });
  });
});
