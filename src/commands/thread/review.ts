import { oneLine } from "#base/text.ts";
import { type Call, type Command, UsageFault } from "#commands/command.ts";
import { locationsIn } from "#commands/thread/named/named-run.ts";
import { findRepository } from "#git/find-repository.ts";
import { hasUncommitted } from "#git/has-uncommitted.ts";
import { isBare } from "#git/is-bare.ts";
import { readSubject } from "#git/read-subject.ts";
import { readRevision } from "#git/revision.ts";
import type { ReviewedTarget } from "#runs/records/run-record.ts";
import { runAndTell } from "./run-and-tell.ts";
import { commonRequest, RUN_OPTIONS, RUN_USAGE } from "./thread-options.ts";

const TARGETS = ["uncommitted", "base", "commit", "custom"] as const;

/** `countersign thread review`: Codex's own review, or one that challenges the approach. */
export const threadReview: Command = {
  name: "thread review",
  summary: "Have Codex review a change on a thread of its own; exit code 1 where something grave stands.",
  usage: `[--uncommitted | --base REF | --commit SHA | --custom TEXT] [--adversarial [FOCUS]] ${RUN_USAGE}`,
  options: {
    uncommitted: { type: "boolean", help: "staged, unstaged and untracked changes (the default)" },
    base: { type: "string", value: "REF", help: "everything since HEAD left this branch" },
    commit: { type: "string", value: "SHA", help: "one commit" },
    custom: { type: "string", value: "TEXT", help: "what these words ask for" },
    adversarial: {
      type: "boolean",
      help: "challenge the approach itself (assumptions, alternatives, failure modes); FOCUS is what to look at above all",
    },
    ...RUN_OPTIONS,
  },
  positionals: 1,
  run: review,
};

async function review(call: Call): Promise<number> {
  const locations = locationsIn(call);
  const adversarial = call.flags.has("adversarial");
  const [focus] = call.positionals;
  if (focus !== undefined && !adversarial) {
    throw usage(
      `"${focus}" is one word too many; --custom TEXT says what to review, --adversarial FOCUS how`,
    );
  }
  const common = commonRequest(call, locations, call.cwd);
  return await runAndTell(call, locations, {
    ...common,
    kind: adversarial ? "adversarial-review" : "review",
    prompt: "",
    write: false,
    resumes: null,
    name: null,
    target: await targetOf(call, common.cwd),
    focus: focus?.trim() ? focus : null,
  });
}

async function targetOf(call: Call, cwd: string): Promise<ReviewedTarget> {
  const [chosen, other] = TARGETS.filter((name) => call.flags.has(name) || call.texts.has(name));
  if (other !== undefined) throw usage(`--${chosen} and --${other} exclude each other`);
  const text = call.texts.get(chosen ?? "") ?? "";
  if (chosen === "custom") {
    if (text.trim() === "") throw usage("--custom is empty");
    // Codex trims it (0.140, 0.169): what is kept is what is sent.
    return { kind: "custom", instructions: text.trim() };
  }
  const repository = await findRepository(cwd, call.signal);
  if (repository === undefined) {
    if (await isBare(cwd, call.signal)) {
      throw usage(
        `${cwd} is a bare repository, which has no files to look at; call it in a work tree (\`git worktree add\`), or with --custom TEXT`,
      );
    }
    throw usage(`${cwd} is in no git repository; --custom TEXT reviews without one`);
  }
  if (chosen !== "base" && chosen !== "commit") {
    if (await hasUncommitted(repository, call.signal)) return { kind: "uncommitted" };
    throw usage(`nothing is uncommitted in ${repository.root}; --base REF or --commit SHA reviews what is`);
  }
  const named = await readRevision(repository, text, call.signal);
  if (named === undefined) throw usage(`"${oneLine(text)}" names no commit here`);
  if (chosen === "base") return { kind: "base", branch: text };
  return {
    kind: "commit",
    sha: named.commit,
    title: await readSubject(repository, named.commit, call.signal),
  };
}

function usage(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text: `thread review: ${text}` });
}
