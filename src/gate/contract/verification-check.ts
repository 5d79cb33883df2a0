import { clip, oneLine } from "#base/text.ts";
import type { Verification } from "./contract.ts";
import { fails, holds, type RunCheck } from "./run-check.ts";
import type { VerificationSeen } from "./run-seen.ts";

const COMMAND_LENGTH = 200;

/** A verification passed where we ran it, and it ended with the exit code that it was to end with. */
export function verificationCheck(
  { command, exitCode }: Verification,
  seen: VerificationSeen | undefined,
  index: number,
): RunCheck {
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
