import { SessionId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { locationsOf } from "#runs/locations.ts";
import { writeReceipt } from "#runs/receipts/receipts.ts";
import { receiptDraft } from "#test/session-values.ts";

/** Writes so many receipts of one session, and prints the number of each when it is on disk. */
async function main(home: string, session: string, times: number): Promise<void> {
  const locations = locationsOf({ COUNTERSIGN_HOME: home }, home, process.platform);
  const id = parseShape(session, SessionId);
  for (let done = 0; done < times; done += 1) {
    const draft = receiptDraft({ at: new Date().toISOString() });
    const { receipt } = await writeReceipt(locations, id, draft, new AbortController().signal);
    process.stdout.write(`${receipt.n}\n`);
  }
}

void main(process.argv[2] ?? "", process.argv[3] ?? "", Number(process.argv[4]));
