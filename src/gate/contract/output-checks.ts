import type { ContractOutput } from "./contract.ts";
import { type ContractCheck, fails, holds } from "./contract-check.ts";
import { kindFault } from "./file-kind.ts";
import type { FileSeen, OutputSeen } from "./run-seen.ts";

type File = Extract<FileSeen, { kind: "file" }>;

/** What must be true of one output: there, inside, whole, changed, and what it was to be. */
export function outputChecks(output: ContractOutput, all: readonly OutputSeen[]): readonly ContractCheck[] {
  const name = `output ${output.path}`;
  const seen = all.find(({ path }) => path === output.path);
  if (seen === undefined) return [fails(name, "artifact_missing", `${output.path} was not looked at`)];
  const { after, before } = seen;
  switch (after.kind) {
    case "missing":
      return [fails(name, "artifact_missing", `${output.path} is not there`)];
    case "outside":
      return [fails(name, "artifact_outside", `${output.path} ${after.detail}`)];
    case "no-file":
    case "unreadable":
      return [fails(name, "artifact_wrong_kind", `${output.path} ${after.detail}`)];
    case "file":
      return [
        holds(name, `${output.path} is there: ${after.bytes} bytes, sha256 ${after.sha256}`),
        ...fileChecks(output, after, before),
      ];
  }
}

function fileChecks(
  output: ContractOutput,
  after: File,
  before: string | undefined,
): readonly ContractCheck[] {
  return [
    sizeCheck(output, after),
    changedCheck(output, after, before),
    kindCheck(output, after),
    ...(output.schema === undefined ? [] : [schemaCheck(output, after)]),
  ];
}

function sizeCheck({ path, minBytes, maxBytes }: ContractOutput, { bytes }: File): ContractCheck {
  const name = `size of ${path}`;
  if (bytes === 0 && minBytes > 0) return fails(name, "artifact_empty", `${path} is empty`);
  if (bytes < minBytes)
    return fails(name, "output_invalid", `${path} has ${bytes} bytes, fewer than ${minBytes}`);
  if (maxBytes !== undefined && bytes > maxBytes)
    return fails(name, "output_invalid", `${path} has ${bytes} bytes, more than ${maxBytes}`);
  return holds(name, `${bytes} bytes`);
}

function changedCheck({ path }: ContractOutput, { sha256 }: File, before: string | undefined): ContractCheck {
  const name = `change of ${path}`;
  if (before === undefined) return holds(name, "it was not there before");
  if (before !== sha256) return holds(name, `it was sha256 ${before} before`);
  return fails(name, "artifact_unchanged", `${path} holds the same bytes as before the run`);
}

function kindCheck({ path, kind }: ContractOutput, { content }: File): ContractCheck {
  const name = `kind of ${path}`;
  const fault = kindFault(kind, content);
  if (fault !== undefined) return fails(name, "artifact_wrong_kind", `${path} is no ${kind}: ${fault}`);
  return holds(name, kind);
}

function schemaCheck({ path }: ContractOutput, { content }: File): ContractCheck {
  const name = `schema of ${path}`;
  if (content.schema !== undefined) return fails(name, "output_invalid", `${path}: ${content.schema}`);
  return holds(name, "it is as its schema says");
}
