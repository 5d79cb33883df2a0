import { clip, count, oneLine } from "#base/text.ts";
import type { Contract, Verification } from "./contract.ts";
import { type ContractCheck, fails, holds } from "./contract-check.ts";
import type { RunSeen, VerificationSeen } from "./run-seen.ts";

const COMMAND_LENGTH = 200;

/** What was run again by us, and that it left the outputs as Codex made them. */
export function verificationChecks({ verify }: Contract, seen: RunSeen): readonly ContractCheck[] {
  if (verify.length === 0) return [];
  const checks = verify.map((one, index) => verificationCheck(one, seen.verifications[index], index));
  const name = "outputs after verification";
  const changed = seen.changedByUs;
  if (changed.length === 0) return [...checks, holds(name, "they are as Codex left them")];
  const detail = `the verification itself changed ${count(changed.length, "output")}: ${changed.join(", ")}`;
  return [...checks, fails(name, "verification_failed", detail)];
}

/** A verification passed where we ran it, and it ended with the exit code that it was to end with. */
function verificationCheck(
  { command, exitCode }: Verification,
  seen: VerificationSeen | undefined,
  index: number,
): ContractCheck {
  const shown = clip(oneLine(command.join(" ")), COMMAND_LENGTH);
  const name = `verification ${index + 1}: ${shown}`;
  const said = seen === undefined || seen.words === "" ? "" : `: ${seen.words}`;
  const fail = (detail: string) => fails(name, "verification_failed", `${shown} ${detail}`);
  if (seen === undefined) return fail("was not run by us");
  switch (seen.end.kind) {
    case "exited":
      if (seen.end.exitCode === exitCode) return holds(name, `run by us, it ended with ${exitCode}`);
      return fail(`ended with ${seen.end.exitCode}, not ${exitCode}${said}`);
    case "signal":
      return fail(`was ended by ${seen.end.signal}${said}`);
    case "timed-out":
      return fail(`did not end within ${seen.end.seconds} s and was ended${said}`);
    case "not-run":
      return fail(`was not run: ${seen.end.why}`);
  }
}
