import { clip, count } from "#base/text.ts";
import { receiptHandle } from "#runs/receipts/receipt.ts";
import type { ReceiptList } from "#runs/receipts/receipts.ts";
import type { UnsignedWork } from "#runs/sessions/unsigned-work.ts";
import { type Call, type Command, JSON_OPTION, printJson } from "./command.ts";
import { originText } from "./effective-config.ts";
import { findStatus, type LiveSession, type Status } from "./find-status.ts";
import { folded } from "./folded.ts";
import { readinessLines } from "./readiness.ts";
import { momentText, outcomeText, reviewText } from "./receipt-row.ts";
import { reviewsAheadJson, reviewsAheadLines } from "./reviews-ahead.ts";
import { printTable } from "./table.ts";
import { settingsChangeText } from "./watch/say-settings-changes.ts";

const LAST_CHANGES = 5;

/** `countersign status`: whether the gate is on here, who says so, and what it did last. */
export const status: Command = {
  name: "status",
  summary: "Show whether the gate is on here, who says so, and what it decided last.",
  usage: "[--json]",
  options: { json: JSON_OPTION },
  run: showStatus,
};

/** Exit code 0, whatever there is to say. */
async function showStatus(call: Call): Promise<number> {
  const found = await findStatus(call);
  if (call.flags.has("json")) printJson(call, "status", jsonOf(found));
  else print(call, found);
  return 0;
}

function print(call: Call, found: Status): void {
  const { effective, locations, last } = found;
  const say = (line: string): void => call.stdout.write(`${folded(call.stdout, line)}\n`);
  say(`gate      ${effective.mode} in ${call.cwd}, because of ${originText(effective.origins.gate)}`);
  if (!effective.config.send)
    say("          nothing is sent from here to a second vendor, so there are no reviews");
  for (const line of readinessLines(found.readiness)) say(line);
  say(`state     ${locations.root}`);
  say(`config    ${locations.userConfig}`);
  const latest = found.lastStop?.receipt;
  say(
    `last stop ${latest === undefined ? "never evaluated" : `${momentText(latest.at)} UTC: ${outcomeText(latest.outcome)}`}`,
  );
  for (const line of reviewsAheadLines(found.ahead)) say(line);
  printSessions(call, found.live);
  printDecisions(call, last);
  for (const { session, tree } of found.unsigned)
    say(`\nunsigned: what session ${session.session_id} left (${unsignedText(tree.unsigned)})`);
  for (const request of found.open)
    say(`\nnot answered yet: ${request.ask.kind}, filed ${momentText(request.at)} UTC in ${request.cwd}`);
  for (const line of settingsChangeLines(found.settingsChanges)) say(`\n${line}`);
  for (const warning of found.warnings) say(`\nwarning: ${warning}`);
}

function settingsChangeLines(changes: Status["settingsChanges"]): readonly string[] {
  if (changes.length === 0) return [];
  const more = changes.length - LAST_CHANGES;
  return [
    ...changes.slice(0, LAST_CHANGES).map((one) => `changed, and not by setup: ${settingsChangeText(one)}`),
    ...(more > 0 ? [`and ${count(more, "change")} more; \`countersign status --json\` lists them`] : []),
    "`countersign setup` in a terminal of your own mends the hooks, and takes what else was changed as it is.",
  ];
}

function unsignedText({ outcome, at, receipt }: UnsignedWork["tree"]["unsigned"]): string {
  return `${outcome}, ${momentText(at)} UTC, receipt ${receipt}; \`countersign review --unsigned\` reviews it`;
}

function printSessions(call: Call, live: readonly LiveSession[]): void {
  call.stdout.write(live.length === 0 ? "\nNo session is live.\n" : "\nLive sessions:\n");
  if (live.length === 0) return;
  printTable(
    call.stdout,
    ["session", "gate", "from", "folder"],
    live.map(({ session, mode, from }) => [session.session_id, mode, from, session.cwd]),
  );
}

function printDecisions(call: Call, { receipts }: ReceiptList): void {
  if (receipts.length === 0) return;
  call.stdout.write("\nLast decisions:\n");
  printTable(
    call.stdout,
    ["time (UTC)", "outcome", "reviewed", "receipt"],
    receipts.map(({ receipt }) => [
      momentText(receipt.at),
      clip(outcomeText(receipt.outcome), 40),
      reviewText(receipt),
      receiptHandle(receipt),
    ]),
  );
}

function jsonOf({
  readiness,
  locations,
  effective,
  last,
  lastStop,
  ahead,
  live,
  unsigned,
  open,
  settingsChanges,
  warnings,
}: Status): Readonly<Record<string, unknown>> {
  return {
    gate: { mode: effective.mode, send: effective.config.send, origin: effective.origins.gate },
    ...readiness,
    state: locations.root,
    userConfig: locations.userConfig,
    lastEvaluated: lastStop?.receipt.at ?? null,
    sessions: live.map(({ session, mode, from }) => ({
      session: session.session_id,
      cwd: session.cwd,
      started: session.started,
      mode,
      from,
      skipNext: session.skipNext ?? null,
      baseline: session.baseline?.why ?? null,
      baselineMissing: session.baselineMissing ?? null,
    })),
    decisions: last.receipts.map(({ name, receipt }) => ({
      path: name.path,
      at: receipt.at,
      outcome: receipt.outcome,
    })),
    unsigned: unsigned.map(({ session, tree: { unsigned: left } }) => ({
      session: session.session_id,
      outcome: left.outcome,
      receipt: left.receipt,
      at: left.at,
    })),
    ...reviewsAheadJson(ahead),
    openRequests: open,
    settingsChanges,
    warnings,
  };
}
