import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { CodexClaim, Delegations } from "#claude/delegations/delegation.ts";
import { readDelegations } from "#claude/delegations/read-delegations.ts";
import {
  called,
  callId,
  type Line,
  prompted,
  resulted,
  said,
  second,
  type TranscriptStage,
  told,
  transcriptStage,
} from "#test/transcript-lines.ts";

const THREAD = "01a20121-1b72-7b22-8b03-acc44ae7451f";
const never = new AbortController().signal;
const read = (stage: TranscriptStage): Promise<Delegations> => readDelegations(stage.path, never);

function bash(at: number, command: string, own: Line = {}): Line {
  return called(at, "Bash", { command }, own);
}

/** A claim in a few words. */
function described(claim: CodexClaim): string {
  switch (claim.kind) {
    case "call":
      return [claim.via, claim.call.verb, claim.end.kind, ...claim.threads].join(" ");
    case "command":
      return `${claim.via} ${claim.name}`;
    case "agent":
      return `agent ${claim.agentId} uses ${claim.uses} denied ${claim.denials} said ${claim.said}`;
    case "prose":
      return `prose ${claim.final ? "final" : "passing"} ${claim.sentences[0]}`;
    case "file":
      return `file ${claim.looksLike} ${claim.end.kind}`;
  }
}

test("a call has its place, its result and the thread that it printed", async () => {
  const stage = transcriptStage(
    prompted(0, "review it"),
    bash(1, "codex exec 'review it'", { uuid: "u1" }),
    resulted(
      2,
      callId(1, "Bash"),
      {},
      {
        message: {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: callId(1, "Bash"), content: `session id: ${THREAD}\nfine` },
          ],
        },
      },
    ),
    said(3, "Codex reviewed it."),
  );
  const { claims, prompts, folders, from, to, damage } = await read(stage);
  expect(claims.map(described)).toEqual([`bash exec ended ${THREAD}`, "prose final Codex reviewed it."]);
  expect(claims[0]).toMatchObject({
    place: { file: stage.path, line: 2, uuid: "u1", agent: undefined, at: second(1).getTime() },
    call: { folder: stage.work },
    endedAt: second(2).getTime(),
  });
  expect([prompts, folders, from, to, damage]).toEqual([
    [second(0).getTime()],
    [stage.work],
    second(0).getTime(),
    second(3).getTime(),
    [],
  ]);
});

test.each<readonly [string, boolean, Line, string]>([
  ["Permission to use Bash with command codex has been denied.", true, {}, "denied"],
  ["Error: no", true, { toolDenialKind: "permission-rule" }, "denied"],
  ["Claude requested permissions to use Bash, but you haven't granted it yet.", true, {}, "denied"],
  ["Exit code 127\n/bin/bash: line 1: codex: command not found", true, {}, "not-started"],
  ["/bin/sh: 1: codex: not found", false, {}, "not-started"],
  ["Error: Cannot find module '/scripts/codex-companion.mjs'", true, {}, "not-started"],
  ["Exit code 3\nboom", true, {}, "failed"],
  ["it says permission denied somewhere", false, {}, "ended"],
])("the result %j is told as it is", async (text, failed, own, end) => {
  const line = told(2, callId(1, "Bash"), text, failed);
  const { claims } = await read(transcriptStage(bash(1, "codex exec x"), { ...line, ...own }));
  expect(claims.map((claim) => claim.kind === "call" && claim.end.kind)).toEqual([end]);
});

test("a call without a result, and one in the background whose end and output come later", async () => {
  const notice =
    "<task-notification>\n<task-id>b1</task-id>\n<status>completed</status>\n<summary>x</summary>\n</task-notification>";
  const stage = transcriptStage(
    bash(1, "codex exec 'one'"),
    bash(2, "codex exec 'two'"),
    resulted(3, callId(2, "Bash"), { backgroundTaskId: "b1" }),
    called(4, "TaskOutput", { task_id: "b1" }),
    told(5, callId(4, "TaskOutput"), `<task_id>b1</task_id> session id: ${THREAD}`),
    prompted(8, notice),
  );
  const { claims } = await read(stage);
  expect(claims.map(described)).toEqual(["bash exec no-result", `bash exec background ${THREAD}`]);
  expect(claims[1]).toMatchObject({ endedAt: second(8).getTime() });
});

test("tools of servers, skills, slash commands, files, and what a person typed are claims of their kinds", async () => {
  const command =
    "<command-message>codex:review</command-message>\n<command-name>/codex:review</command-name>";
  const stage = transcriptStage(
    prompted(0, `${command}\n<command-args>now</command-args>`),
    called(1, "mcp__codex__codex", { prompt: "look" }),
    called(2, "mcp__codex__list", {}),
    called(3, "Skill", { skill: "codex:rescue" }),
    called(4, "Skill", { skill: "codex:status" }),
    called(5, "Write", { file_path: "/w/codex-review.md", content: "# Codex review" }),
    told(6, callId(5, "Write"), "ok"),
    called(7, "Write", { file_path: "/w/src/codex-review.ts", content: "// Codex reviewed this" }),
    bash(8, "tee out/codex-result.json <<'EOF'\n{}\nEOF"),
    called(9, "Write", { file_path: `/h/sessions/2026/01/02/rollout-x-${THREAD}.jsonl`, content: "{}" }),
    { ...prompted(10, "<bash-input>codex exec hi</bash-input>"), uuid: "p1" },
    { ...prompted(11, `<bash-stdout>session id: ${THREAD}</bash-stdout>`), uuid: "p2", parentUuid: "p1" },
  );
  const { claims, prompts } = await read(stage);
  expect(claims.map(described)).toEqual([
    "slash codex:review",
    "tool mcp__codex__codex no-result",
    "skill codex:rescue",
    "file report ended",
    "file report no-result",
    "file rollout no-result",
    `person exec ended ${THREAD}`,
  ]);
  expect(prompts).toEqual([second(0).getTime()]);
});

test("sub-agents have their own transcripts: what they used, what was denied, what they said", async () => {
  const stage = transcriptStage(
    called(1, "Agent", { subagent_type: "codex:codex-rescue", description: "Look", prompt: "LOOK" }),
    resulted(9, callId(1, "Agent"), { agentId: "a1", totalToolUseCount: 2 }),
    called(10, "Task", { subagent_type: "general-purpose", description: "Sum it up", prompt: "SUM" }),
    resulted(11, callId(10, "Task"), { agentId: "a2" }),
    called(12, "Agent", {
      subagent_type: "general-purpose",
      description: "Read the docs of codex",
      prompt: "READ",
    }),
    resulted(13, callId(12, "Agent"), { agentId: "a3" }),
  );
  stage.agent("a1", [
    prompted(2, "LOOK"),
    bash(3, "codex exec 'look'"),
    { ...told(4, callId(3, "Bash"), "no", true), toolDenialKind: "permission-rule" },
    called(5, "Read", { file_path: "x" }),
    told(6, callId(5, "Read"), "text"),
    said(7, "It is fine."),
  ]);
  stage.agent("a2", [prompted(10, "SUM"), said(11, "Codex found no issues.")], {
    toolUseId: callId(10, "Task"),
  });
  stage.agent("a3", [prompted(12, "READ"), said(13, "Codex has a sandbox.")]);
  const { claims, agents, damage } = await read(stage);
  expect(claims.map(described)).toEqual([
    "agent a1 uses 2 denied Bash said ",
    "bash exec denied",
    "agent a2 uses 0 denied  said Codex found no issues.",
  ]);
  expect(claims[1]?.place.agent).toBe("a1");
  expect([...agents.keys()].sort()).toEqual(["a1", "a2", "a3"]);
  expect(damage).toEqual([]);
});

test("a sub-agent without a transcript is told, and its result counts", async () => {
  const stage = transcriptStage(
    called(1, "Agent", { subagent_type: "codex-rescue", description: "d", prompt: "p" }),
    resulted(2, callId(1, "Agent"), { agentId: "gone", totalToolUseCount: 0 }),
  );
  const { claims, damage } = await read(stage);
  expect(claims.map(described)).toEqual(["agent gone uses 0 denied  said "]);
  expect(damage).toMatchObject([{ what: "agent-missing", line: 1 }]);
});

test("sub-agents of older versions stand in the session's own file", async () => {
  const side = { isSidechain: true };
  const stage = transcriptStage(
    called(1, "Task", { subagent_type: "general-purpose", description: "Ask codex", prompt: "ASK IT" }),
    { ...prompted(2, "ASK IT"), ...side, uuid: "s1", parentUuid: null },
    { ...bash(3, "codex exec 'ask'"), ...side, uuid: "s2", parentUuid: "s1" },
    { ...told(4, callId(3, "Bash"), `session id: ${THREAD}`), ...side, uuid: "s3", parentUuid: "s2" },
    { ...said(5, "Codex says yes."), ...side, uuid: "s4", parentUuid: "s3" },
    told(6, callId(1, "Task"), "Codex says yes."),
  );
  const { claims, prompts } = await read(stage);
  expect(claims.map(described)).toEqual([
    "agent line-2 uses 1 denied  said Codex says yes.",
    `bash exec ended ${THREAD}`,
  ]);
  expect([claims[1]?.place.agent, prompts]).toEqual(["line-2", []]);
});

test.each([
  ["codex:codex-rescue", "anything", true],
  ["my-codex-agent", "anything", true],
  ["general-purpose", "Codex review", true],
  ["general-purpose", "Review the diff with Codex", true],
  ["general-purpose", "Ask codex for a second opinion", true],
  ["general-purpose", "Investigate the leak using Codex", true],
  ["general-purpose", "Get a verdict from Codex on the patch", true],
  ["general-purpose", "Explore codex exec usages", false],
  ["general-purpose", "Read the docs of codex", false],
  ["general-purpose", "Work with codex rollouts", false],
  ["general-purpose", "Look at src/codex", false],
  ["Explore", "Find callers", false],
])("a sub-agent of type %s for %j is Codex's: %s", async (type, description, expected) => {
  const call = called(1, "Agent", { subagent_type: type, description, prompt: "p" });
  expect((await read(transcriptStage(call))).claims.length > 0).toBe(expected);
});

test("a line that is there twice, as in a resumed session, counts once", async () => {
  const lines = [
    { ...bash(1, "codex exec x"), uuid: "u1" },
    { ...said(2, "Codex says no."), uuid: "u2" },
  ];
  expect((await read(transcriptStage(...lines, ...lines))).claims).toHaveLength(2);
});

test("what is said before a call is said in passing", async () => {
  const text = { type: "text", text: "Codex reviewed it; I commit." };
  const use = { type: "tool_use", id: "t", name: "Bash", input: { command: "git commit" } };
  const line = {
    type: "assistant",
    timestamp: second(1).toISOString(),
    message: { id: "m", role: "assistant", content: [text, use] },
  };
  expect((await read(transcriptStage(line))).claims.map(described)).toEqual([
    "prose passing Codex reviewed it",
  ]);
});

test("a thread in an output that was only read is a mention", async () => {
  const stage = transcriptStage(
    called(1, "Read", { file_path: "x" }),
    told(2, callId(1, "Read"), `codex resume ${THREAD}`),
  );
  expect((await read(stage)).mentions).toMatchObject([{ thread: THREAD, place: { line: 2 } }]);
});

test("broken lines, a cut end, and lines of other shapes take nothing with them", async () => {
  const stage = transcriptStage(
    "{broken\n",
    bash(1, "codex exec one"),
    "\u0000\u0001\ufffd\n",
    '{"type":"assistant","message":{"content":7}}\n',
    '{"type":"user","message":{"role":"user","content":[{"type":"tool_result"}]}}\n',
    '{"type":"assistant","message":{"content":[{"type":"tool_use"},{"type":"text"}]}}\n',
    "[]\n\n",
    said(2, "Codex says yes."),
  );
  appendFileSync(stage.path, JSON.stringify(said(3, "Codex says no.")).slice(0, -9));
  const { claims, damage } = await read(stage);
  expect(claims.map(described)).toEqual(["bash exec no-result", "prose final Codex says yes."]);
  expect(damage.map(({ line, what }) => `${line} ${what}`)).toEqual([
    "1 broken-line",
    "3 broken-line",
    "7 broken-line",
    "10 cut",
  ]);
});

test("a last line that only lacks its line feed is read", async () => {
  const stage = transcriptStage(bash(1, "codex exec one"));
  appendFileSync(stage.path, JSON.stringify(said(3, "Codex says no.")));
  const { claims, damage } = await read(stage);
  expect([claims.length, damage]).toEqual([2, []]);
  writeFileSync(stage.path, JSON.stringify(said(3, "Codex says no.")));
  expect((await read(stage)).claims).toHaveLength(1);
});

test("an empty file and a binary one are damage; one that is not there is an error", async () => {
  const stage = transcriptStage();
  expect((await read(stage)).damage).toMatchObject([{ what: "empty" }]);
  writeFileSync(stage.path, Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7) % 256)));
  const binary = await read(stage);
  expect(binary.claims).toEqual([]);
  expect(binary.damage.length).toBeGreaterThan(1);
  await expect(readDelegations(join(dirname(stage.path), "none.jsonl"), never)).rejects.toThrow(/ENOENT/);
});

test("a sub-agent's file that cannot be read is damage", async () => {
  const stage = transcriptStage(bash(1, "codex exec one"));
  const path = stage.agent("a1", [said(2, "Codex says yes.")], { agentType: "codex-rescue" });
  const { claims } = await read(stage);
  expect(claims.map(described)).toContain("agent a1 uses 0 denied  said Codex says yes.");
  writeFileSync(`${path.replace(/\.jsonl$/, "")}.meta.json`, "{torn");
  mkdirSync(join(dirname(path), "agent-a2.jsonl"));
  expect((await read(stage)).damage).toMatchObject([
    { what: "unreadable", file: join(dirname(path), "agent-a2.jsonl") },
  ]);
});

test("reading ends with the signal", async () => {
  const stage = transcriptStage(bash(1, "codex exec one"));
  await expect(readDelegations(stage.path, AbortSignal.abort(new Error("enough")))).rejects.toThrow();
});
