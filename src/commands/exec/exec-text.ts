import { count, oneLine, plainText } from "#base/text.ts";
import { runFailureAdvice } from "#commands/run/run-failure-advice.ts";
import type { RunFailure } from "#gate/contract/run-failure.ts";
import type { RunSandbox } from "#gate/contract/sandbox-of.ts";
import type { EndDraft } from "#runs/records/end-run.ts";
import type { ExecDone } from "./run-exec.ts";

const MOST_PATHS = 20;

/** Returns what a person reads of a run, whatever became of it. `command` is how the command line is called here. */
export function execText(done: ExecDone, command: string): string {
  if (done.kind === "not-begun") {
    return `${lines([...failureLines(done.failure), "Nothing was started, and nothing is on record."])}`;
  }
  const { run } = done;
  const end = endOf(done);
  const record =
    done.kind === "recorded"
      ? [
          `Run ${run.id}, on record in ${run.folder}`,
          `\`${command} audit verify ${run.id.slice(-8)}\` checks it against Codex's own files.`,
        ]
      : [...failureLines(done.failure), `Run ${run.id}; what is there of it lies in ${run.folder}`];
  const { outcome } = end;
  return lines([
    ...(outcome.kind === "succeeded"
      ? ["Countersign: done, by the checks below."]
      : failureLines(outcome.failure)),
    workLine(end),
    ...end.checks.map(
      ({ name, holds, detail }) => `  ${holds ? "holds" : "FAILS"}  ${oneLine(name)}: ${oneLine(detail)}`,
    ),
    ...changedLines(end),
    ...end.warnings.map((text) => `Note: ${oneLine(text)}`),
    ...answerLines(end),
    ...record,
  ]);
}

/** Returns the same for programs. */
export function execJson(done: ExecDone): Readonly<Record<string, unknown>> {
  if (done.kind === "not-begun") {
    return { outcome: { kind: "failed", failure: done.failure }, run: null, record: null };
  }
  const run = { id: done.run.id, folder: done.run.folder };
  if (done.kind === "recorded") return { outcome: done.ended.outcome, run, record: done.ended };
  return {
    outcome: { kind: "failed", failure: done.failure },
    run,
    record: null,
    notRecorded: done.draft,
  };
}

/** Returns what would be asked, and under which rights. */
export function dryRunText(instruction: string, sandbox: RunSandbox, tools: readonly string[]): string {
  return lines([
    `Sandbox: ${sandbox.mode} (${oneLine(sandbox.reason)})`,
    `Tools: ${tools.join(", ")}`,
    "Instruction:",
    "",
    plainText(instruction),
  ]);
}

function endOf(done: Exclude<ExecDone, { kind: "not-begun" }>): EndDraft {
  return done.kind === "recorded" ? done.ended : done.draft;
}

function lines(texts: readonly string[]): string {
  return `${texts.join("\n")}\n`;
}

function failureLines(failure: RunFailure): readonly string[] {
  return [`Countersign: not done: ${failure.kind}: ${oneLine(failure.detail)}`, runFailureAdvice(failure)];
}

function workLine({
  seconds,
  commands,
  commandsLeftOut,
  changed,
  model,
  sandbox,
  usage,
  server,
}: EndDraft): string {
  if (server === "none") return `Codex was not started (${seconds.toFixed(1)} s).`;
  const ran = count(commands.length + commandsLeftOut, "command");
  const files = changed === null ? "" : `, ${count(changed.length, "file")} changed`;
  const who = [model, sandbox].filter((word) => word !== null).join(", ");
  const tokens = usage === null ? "" : `, ${usage.input} tokens read and ${usage.output} written`;
  return `Codex${who === "" ? "" : ` (${who})`}: ${ran} run${files}${tokens}, ${seconds.toFixed(1)} s.`;
}

function changedLines({ changed }: EndDraft): readonly string[] {
  const shown = (changed ?? []).slice(0, MOST_PATHS).map(({ path, old, new: fresh }) => {
    const how = old === null ? "added" : fresh === null ? "removed" : "changed";
    return `  ${how}  ${oneLine(path)}`;
  });
  const more = (changed ?? []).length - shown.length;
  return more > 0 ? [...shown, `  and ${more} more`] : shown;
}

function answerLines({ answer }: EndDraft): readonly string[] {
  if (answer === null || answer.trim() === "") return [];
  return ["Its answer, which is a claim:", "", plainText(answer).trimEnd(), ""];
}
