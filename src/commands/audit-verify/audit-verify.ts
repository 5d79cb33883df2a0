import { COMMIT_OPTIONS } from "#commands/audit-commit/commit-options.ts";
import { verifyCommit } from "#commands/audit-commit/verify-commit.ts";
import { momentOf } from "#commands/audit-runs/moment-option.ts";
import { type Call, type Command, JSON_OPTION, UsageFault } from "#commands/command.ts";
import { sessionOption } from "#commands/session-option.ts";
import { locationsOf } from "#runs/locations.ts";
import { findTarget } from "./find-target.ts";
import { verifyEverything } from "./verify-everything.ts";
import { verifyRecord } from "./verify-record.ts";
import { verifyThread } from "./verify-thread.ts";

/** `countersign audit verify`: whether the records still say what was written, and whether it took place. */
export const auditVerify: Command = {
  name: "audit verify",
  summary: "Check records against their chain, Codex's own files and git; or a commit against signatures.",
  usage:
    "[ID] [--since WHEN] [--session ID] [--json] | [COMMIT] --base REF [--allowed-signers FILE] [--strict] [--ignore GLOBS]",
  positionals: 1,
  options: {
    since: {
      type: "string",
      value: "WHEN",
      help: "only records from a day (2026-01-31), a moment or so long ago (7d, 12h, 30m)",
    },
    session: { type: "string", value: "ID", help: "only what was asked for in this session" },
    ...COMMIT_OPTIONS,
    json: JSON_OPTION,
  },
  run: verify,
};

/**
 * Exit code 0 where all holds, 1 where something is wrong, 2 where it could not be told. The word is a
 * receipt, a run or a thread of Codex; with `--base` a commit.
 */
async function verify(call: Call): Promise<number> {
  if (call.texts.has("base")) return await verifyCommit(call);
  const stray = ["allowed-signers", "strict", "ignore"].find(
    (name) => call.texts.has(name) || call.flags.has(name),
  );
  if (stray !== undefined) throw usage(`--${stray} goes with --base, which verifies a commit`);
  const locations = locationsOf(call.environment, call.home, call.platform);
  const [text] = call.positionals;
  const session = sessionOption(call);
  const since = sinceOption(call);
  if (text === undefined) return await verifyEverything(call, locations, { session, since });
  if (session !== undefined || since !== undefined)
    throw usage("an id names one record; leave out --session and --since");
  const target = findTarget(locations, text);
  return target.kind === "thread"
    ? await verifyThread(call, locations, target.threadId)
    : await verifyRecord(call, locations, target);
}

function sinceOption(call: Call): number | undefined {
  const text = call.texts.get("since");
  if (text === undefined) return undefined;
  const moment = momentOf(text, "first", call.now);
  if (moment !== undefined) return moment;
  throw usage(`--since takes a day (2026-01-31), a moment or so long ago (7d, 12h, 30m), not "${text}"`);
}

function usage(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text });
}
