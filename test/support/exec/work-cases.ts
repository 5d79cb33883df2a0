import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Script } from "#test/responses-api.ts";
import { runCommand, say } from "#test/reviewer-action.ts";
import type { ExecCase } from "./exec-case.ts";

/** Runs one command, and says that all is well. */
function runs(command: string): Script {
  return (request) => (request.outputs.length === 0 ? runCommand(request, command) : say("All done."));
}

const OUT = ["--output", "out.txt"];

/** What an agent can do wrong while Codex and its provider are well. */
export const WORK_CASES: readonly ExecCase[] = [
  { name: "only words", kind: "agent_refused", words: OUT, says: /All done/, script: () => say("All done.") },
  { name: "nothing at all", kind: "no_tool_use", words: OUT, script: () => ({ kind: "empty" }) },
  {
    name: "another tool than the required one",
    kind: "no_tool_use",
    words: ["--require", "edit"],
    script: runs("true"),
  },
  {
    name: "a tool that is not allowed",
    kind: "tool_forbidden",
    words: ["--allow", "shell", "--write"],
    script: (request) => {
      const patch = "*** Begin Patch\n*** Add File: a.txt\n+hello\n*** End Patch";
      if (request.outputs.length > 0) return say("All done.");
      return { kind: "call", calls: [{ kind: "custom", name: "apply_patch", input: patch }] };
    },
  },
  {
    name: "another command than the required one",
    kind: "command_missing",
    words: ["--require-command", "npm test"],
    says: /not run/,
    script: runs("echo npm test"),
  },
  {
    name: "a required command that failed",
    kind: "command_missing",
    words: ["--require-command", "false"],
    says: /ended with 1/,
    script: runs("false"),
  },
  { name: "no output", kind: "artifact_missing", words: OUT, script: runs("true") },
  {
    name: "an output that the sandbox stops",
    kind: "artifact_missing",
    words: OUT,
    script: runs("touch /etc/countersign-was-here"),
  },
  { name: "an empty output", kind: "artifact_empty", words: OUT, script: runs(": > out.txt") },
  {
    name: "an output that was there before",
    kind: "artifact_unchanged",
    words: ["--output", "old.txt"],
    script: runs("touch old.txt"),
  },
  {
    name: "an output of another kind",
    kind: "artifact_wrong_kind",
    words: ["--output", "a.png"],
    script: runs("echo no picture > a.png"),
  },
  {
    name: "a link to the outside in an output's place",
    kind: "artifact_outside",
    words: OUT,
    script: runs("ln -s /etc/hostname out.txt"),
  },
  {
    name: "a file of JSON that is none",
    kind: "artifact_wrong_kind",
    words: ["--output", "a.json"],
    script: runs("echo '{' > a.json"),
  },
  {
    name: "an answer of another shape",
    kind: "output_invalid",
    words: ["--answer-schema", "schema.json"],
    prepare: ({ workspace }) => {
      const schema = {
        type: "object",
        properties: { n: { type: "integer" } },
        required: ["n"],
        additionalProperties: false,
      };
      writeFileSync(join(workspace, "schema.json"), JSON.stringify(schema));
    },
    script: () => say('{"n":"one"}'),
  },
  {
    name: "a verification that fails",
    kind: "verification_failed",
    words: [...OUT, "--verify", "grep -q right out.txt"],
    script: runs("echo wrong > out.txt"),
  },
  {
    name: "a change where none may be",
    kind: "prohibited_change",
    words: [...OUT, "--only-outputs"],
    script: runs("echo a > out.txt; echo b > other.txt"),
    says: /other\.txt/,
  },
  {
    name: "an image that nobody offers",
    kind: "tool_not_offered",
    words: ["--images", "1"],
    only: "0.140",
    says: /only with its own provider/,
    script: () => say("Here it is."),
  },
  {
    name: "an image of which it is known that nobody offers it",
    kind: "tool_not_offered",
    words: ["--images", "1"],
    only: "0.169",
    says: /only with its own provider/,
    exit: 2,
    unbegun: true,
  },
  {
    name: "an input that is not there",
    kind: "input_missing",
    words: ["--input", "nowhere.txt"],
    only: "0.169",
    exit: 2,
    unbegun: true,
  },
  {
    name: "a way out of the workspace",
    kind: "contract_invalid",
    words: ["--output", "way/out.txt"],
    prepare: ({ workspace }) => symlinkSync("/tmp", join(workspace, "way")),
    only: "0.169",
    exit: 2,
    unbegun: true,
  },
  {
    name: "a server of MCP that is not there",
    kind: "tool_not_offered",
    words: ["--allow", "mcp:nobody"],
    only: "0.169",
    exit: 2,
    unbegun: true,
  },
  {
    name: "a record that cannot begin",
    kind: "record_unwritable",
    words: OUT,
    env: ({ workspace }) => {
      const state = join(workspace, "..", "state");
      rmSync(state, { force: true });
      writeFileSync(state, "no folder");
      return { COUNTERSIGN_HOME: join(state, "below") };
    },
    only: "0.169",
    exit: 2,
    unbegun: true,
  },
];
