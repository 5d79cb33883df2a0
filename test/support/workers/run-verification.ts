import { rerunVerifications } from "#commands/exec/look/rerun-verifications.ts";
import { contractOf } from "#test/contract-values.ts";

/** Runs one verification in a workspace, to its end. */
async function main(workspace: string, command: readonly string[]): Promise<void> {
  const place = { workspace, environment: process.env, codex: "", codexHome: "" };
  const { verify } = contractOf({ verify: [{ command }] });
  await rerunVerifications(place, verify, new AbortController().signal);
}

void main(process.argv[2] ?? "", process.argv.slice(3));
