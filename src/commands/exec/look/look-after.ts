import { schemaCheck } from "#commands/exec/contract/json-schema.ts";
import type { Contract } from "#gate/contract/contract.ts";
import type { Aftermath, ImagesSeen, OutputSeen, VerificationSeen } from "#gate/contract/run-seen.ts";
import type { Artifact } from "#runs/records/run-record.ts";
import { answerFault } from "./form-reader.ts";
import { compareGuarded, takeGuarded } from "./guarded-files.ts";
import { rerunVerifications, type VerificationPlace } from "./rerun-verifications.ts";
import type { RunPast } from "./run-past.ts";
import { digestArtifacts, takeArtifacts } from "./take-artifacts.ts";
import { takeImages } from "./take-images.ts";

export type Found = {
  readonly aftermath: Aftermath;
  /** The files that the run brought forth, for its record. */
  readonly artifacts: readonly Artifact[];
};

/**
 * Looks at what a run left: its outputs first, as Codex left them; then what had to stay, the images
 * that Codex keeps (and copies them where the contract says so), the answer; and runs the verifications
 * last, and only where the turn was completed.
 *
 * @throws what `signal` was ended with.
 */
export async function lookAfter(
  place: VerificationPlace,
  past: RunPast,
  signal: AbortSignal,
): Promise<Found> {
  const { contract, before } = past;
  const { workspace } = place;
  const outputs = await takeArtifacts(workspace, { contract, before: before.artifacts }, signal);
  const guarded = compareGuarded(before.guarded, await takeGuarded(workspace, contract, signal));
  const images = await takeImages(place, past, signal);
  const verifications = await verificationsOf(place, past, signal);
  const changedByUs = await changedSince(workspace, { contract, outputs }, signal);
  return {
    aftermath: {
      outputs,
      guarded,
      images,
      verifications,
      changedByUs,
      answerFault: await answerFaultOf(contract, past.report.answer),
    },
    artifacts: [...outputs.flatMap((seen) => outputArtifact(contract, seen)), ...imageArtifacts(images)],
  };
}

async function verificationsOf(
  place: VerificationPlace,
  { contract, report }: RunPast,
  signal: AbortSignal,
): Promise<readonly VerificationSeen[]> {
  if (report.end.kind === "completed") return await rerunVerifications(place, contract.verify, signal);
  const why = "the turn was not completed";
  return contract.verify.map(({ command }) => ({ command, end: { kind: "not-run", why }, words: "" }));
}

/** A verification that writes an output would vouch for its own work. */
async function changedSince(
  workspace: string,
  { contract, outputs }: { readonly contract: Contract; readonly outputs: readonly OutputSeen[] },
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (contract.verify.length === 0) return [];
  const now = await digestArtifacts(workspace, contract, signal);
  return outputs
    .filter(({ path, after }) => now.get(path) !== (after.kind === "file" ? after.sha256 : undefined))
    .map(({ path }) => path);
}

async function answerFaultOf({ answer }: Contract, text: string | undefined): Promise<string | undefined> {
  if (answer.format === "text") return undefined;
  return answerFault(text ?? "", await schemaCheck(answer.schema));
}

function outputArtifact({ outputs }: Contract, { path, after, before }: OutputSeen): readonly Artifact[] {
  if (after.kind !== "file") return [];
  const kind = outputs.find((output) => output.path === path)?.kind ?? "any";
  return [{ path, kind, bytes: after.bytes, sha256: after.sha256, before: before ?? null }];
}

function imageArtifacts({ images, copies }: ImagesSeen): readonly Artifact[] {
  return [
    ...images.map(({ path, bytes, sha256 }) => ({ path, kind: "png", bytes, sha256, before: null })),
    ...copies.map(({ path, bytes, sha256 }) => ({ path, kind: "png", bytes, sha256, before: null })),
  ];
}
