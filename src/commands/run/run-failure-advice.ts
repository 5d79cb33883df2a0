import type { RunFailure, RunFailureKind } from "#gate/contract/run-failure.ts";

/** What helps, as one sentence. A new kind does not compile without a row. */
const ADVICE: Record<RunFailureKind, string> = {
  contract_invalid: "Change what was asked for; nothing was started.",
  input_missing: "Put the input in its place; nothing was started.",
  codex_not_installed: "Install it with `npm install -g @openai/codex`, or name it with COUNTERSIGN_CODEX.",
  codex_unusable: "Try the same with `codex exec` itself; `countersign doctor` looks at the installation.",
  codex_too_old: "Update it with `npm install -g @openai/codex`.",
  spawn_failed: "`countersign doctor` looks at the installation of Codex.",
  server_failed: "Try again; `countersign doctor` looks at Codex and its servers.",
  thread_unavailable: "Start a new thread, or name another one.",
  thread_busy:
    "`countersign thread wait` waits for its run, which `countersign thread status` names; `countersign thread interrupt` and the thread's id end the turn.",
  timeout: "Give it longer with --timeout, or ask for less.",
  cancelled: "Nothing of it runs any more; what it had changed by then stays.",
  killed: "Nothing of it runs any more; try again.",
  turn_failed: "Read what Codex said; try again.",
  turn_incomplete: "Nothing of it runs any more; try again.",
  usage_limit: "Wait until the limit is reset, or sign in with another account.",
  rate_limit: "Try again later.",
  not_signed_in: "Sign in with `codex login`.",
  model_not_found: "Name another model with --model, or leave it out for Codex's own.",
  context_too_large: "Ask for less at once.",
  provider_unreachable: "Look at the network, and at who answers by Codex's config.toml.",
  provider_overloaded: "Try again later.",
  sandbox_unusable: "`countersign doctor` looks at Codex's sandbox.",
  approval_asked: "Ask for something that needs no approval; there is nobody to give one.",
  agent_refused: "Read its answer; ask in other words, or do it yourself.",
  no_tool_use: "What it says is not taken for work; ask again, or more precisely.",
  command_missing: "Ask again; what it says of the command does not count.",
  tool_forbidden: "Look at what it did before you keep its work.",
  tool_not_offered: "Use what is offered, or sign in so that it is.",
  artifact_missing: "Ask again; what it says of the file does not count.",
  artifact_empty: "Ask again; what it says of the file does not count.",
  artifact_unchanged: "Ask again: the file is as it was before.",
  artifact_wrong_kind: "Look at the file, and ask again.",
  artifact_outside: "Look at what lies in its place, and ask again.",
  output_invalid: "Look at what it wrote, and ask again.",
  prohibited_change: "Look at what was changed and undo it before you keep the rest.",
  verification_failed: "Look at what the command says, and have it mended.",
  record_unwritable:
    "Make room or give the state folder back to this user: without a record nothing of it can be proven.",
  bug: "This is a mistake of Countersign: please report it with the text above.",
};

/** Returns what helps after a failure, and from when on where that is known. */
export function runFailureAdvice({ kind, until }: RunFailure): string {
  return until === undefined ? ADVICE[kind] : `${ADVICE[kind]} It says that it answers again at ${until}.`;
}
