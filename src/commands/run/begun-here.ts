import { identifyProcess } from "#base/process-identity.ts";
import { clip, oneLine } from "#base/text.ts";
import { packageVersion } from "#commands/installation.ts";
import type { RunDraft } from "#runs/records/begin-run.ts";
import type { CodexForRun } from "./codex-for-run.ts";
import type { SeenTree } from "./work-tree.ts";

const TITLE_LENGTH = 100;

type Here = {
  /** What was asked, which may be long. */
  readonly title: string;
  readonly codex: CodexForRun;
  readonly before: SeenTree;
};

/** Returns what is put on record of any run that this process begins, whatever it is to do. */
export function begunHere({
  title,
  codex,
  before,
}: Here): Pick<RunDraft, "process" | "title" | "workTree" | "codex" | "codexHome" | "account" | "version"> {
  const own = identifyProcess(process.pid);
  if (own === undefined) throw new Error("this process cannot be identified");
  return {
    process: own,
    title: clip(oneLine(title), TITLE_LENGTH),
    workTree: before.record,
    ...codex.record,
    version: packageVersion(),
  };
}
