import { locationsOf } from "#runs/locations.ts";
import { beginRun, newRun } from "#runs/records/begin-run.ts";
import { endRun } from "#runs/records/end-run.ts";
import { ASKED, endDraft, runDraft } from "#test/run-values.ts";

/** Begins and ends so many runs, and prints the digest of each record when it is on disk. */
async function main(home: string, times: number): Promise<void> {
  const locations = locationsOf({ COUNTERSIGN_HOME: home }, home, process.platform);
  const signal = new AbortController().signal;
  for (let done = 0; done < times; done += 1) {
    const now = new Date();
    const draft = runDraft({ at: now.toISOString() });
    const run = await beginRun(locations, await newRun(locations, now), { draft, asked: ASKED }, signal);
    process.stdout.write(`${run.digest}\n`);
    const { digest } = await endRun(locations, run, endDraft({ at: new Date().toISOString() }), signal);
    process.stdout.write(`${digest}\n`);
  }
}

void main(process.argv[2] ?? "", Number(process.argv[3]));
