import { SessionId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { VerdictKey } from "#gate/verdict/verdict-key.ts";
import { locationsOf } from "#runs/locations.ts";
import { keepVerdict } from "#runs/receipts/verdict-file.ts";

/** Keeps a verdict of its own under each of so many keys, and prints whose verdict holds. */
async function main(root: string, times: number, mark: string): Promise<void> {
  const locations = locationsOf({ COUNTERSIGN_HOME: root }, root, "linux");
  for (let number = 0; number < times; number += 1) {
    const { session } = await keepVerdict(locations, {
      key: parseShape(number.toString(16).padStart(64, "0"), VerdictKey),
      at: "2026-01-02T03:04:05.678Z",
      session: parseShape(mark, SessionId),
      receipt: `receipt-${mark}`,
      decision: "ALLOW",
      findings: [],
      model: "gpt-test",
      summary: mark.repeat(4096),
    });
    process.stdout.write(`${session}\n`);
  }
}

void main(process.argv[2] ?? "", Number(process.argv[3]), process.argv[4] ?? "");
