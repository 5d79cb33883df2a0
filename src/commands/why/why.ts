import { oneLine } from "#base/text.ts";
import { type Call, type Command, JSON_OPTION, printJson, UsageFault } from "#commands/command.ts";
import { folded } from "#commands/folded.ts";
import { commandWord } from "#commands/stop/command-word.ts";
import { findById } from "#runs/find-by-id.ts";
import { type Locations, locationsOf } from "#runs/locations.ts";
import { type PrunedChain, prunedChains, prunedText } from "#runs/prune/pruned.ts";
import { type Receipt, receiptHandle } from "#runs/receipts/receipt.ts";
import { readReceipt, receiptNames, type StoredReceipt } from "#runs/receipts/receipt-files.ts";
import { listReceipts } from "#runs/receipts/receipts.ts";
import { outcomeMeaning } from "./outcome-meaning.ts";
import { whyText } from "./why-text.ts";

const NAMED = 3;

/** `countersign why`: one decision explained, from its receipt alone. */
export const why: Command = {
  name: "why",
  summary: "Explain one decision: what was compared, who reviewed it, and what was found.",
  usage: "[RECEIPT or a part of its id; by default the last] [--json]",
  options: { json: JSON_OPTION },
  positionals: 1,
  run: explainReceipt,
};

/** Exit code 0; a receipt that is not there, or cannot be read, is an error. */
async function explainReceipt(call: Call): Promise<number> {
  const locations = locationsOf(call.environment, call.home, call.platform);
  const { name, digest, receipt } = receiptMeant(locations, call.positionals[0] ?? "last");
  const recheck = `${commandWord(call.environment, locations)} audit verify --session ${receipt.session}`;
  const meaning = outcomeMeaning(receipt);
  const next =
    meaning.next ?? (await whereFindingsAre(locations, receipt, commandWord(call.environment, locations)));
  if (call.flags.has("json")) {
    printJson(call, "why", { path: name.path, digest, ...meaning, next, recheck, receipt });
  } else call.stdout.write(folded(call.stdout, whyText(receipt, { path: name.path, recheck, next })));
  return 0;
}

function receiptMeant(locations: Locations, text: string): StoredReceipt {
  const search = findById(receiptNames(locations), text);
  switch (search.kind) {
    case "none": {
      if (text === "last") throw usage("nothing was decided yet, so there is no receipt");
      const gone = prunedReceipt(locations, text);
      if (gone !== undefined)
        throw usage(`there is no receipt "${oneLine(text)}" any more: ${prunedText(gone)}`);
      throw usage(`there is no receipt "${oneLine(text)}"; \`countersign audit runs\` lists them`);
    }
    case "ambiguous": {
      const named = search.ids.slice(0, NAMED).join(", ");
      const more = search.ids.length > NAMED ? ", ..." : "";
      throw usage(`${search.ids.length} receipts begin or end with "${oneLine(text)}": ${named}${more}`);
    }
    case "found": {
      const read = readReceipt(search.name);
      if ("receipt" in read) return read;
      throw usage(`${read.name.path} cannot be read (${oneLine(read.detail)})`);
    }
  }
}

/** Whole ids and handles end with a session's id, or the end of it, and a number. */
function prunedReceipt(locations: Locations, text: string): PrunedChain | undefined {
  const { session = "", n } = /^(?:\d{8}T\d{9}Z-)?(?<session>.+)-(?<n>\d+)$/.exec(text)?.groups ?? {};
  return prunedChains(locations).findLast(
    (one) => session !== "" && one.session.endsWith(session) && Number(n) <= one.receipts.count,
  );
}

/** A stop that was let through with findings open says so; the review before it tells which. */
async function whereFindingsAre(
  locations: Locations,
  receipt: Receipt,
  command: string,
): Promise<string | null> {
  const { outcome, session, n, findings } = receipt;
  if (findings.length > 0 || (outcome.kind !== "unresolved" && outcome.kind !== "capped")) return null;
  const { receipts } = await listReceipts(locations, { session });
  const before = receipts.find((one) => one.receipt.n < n && one.receipt.findings.length > 0);
  if (before === undefined) return null;
  return `\`${command} why ${receiptHandle(before.receipt)}\` names the findings that were open.`;
}

function usage(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text: `why: ${text}` });
}
