import { expect, test } from "vitest";
import { askedStorms } from "#test/chaos/asked-storms.ts";
import { countsText, reportText, runStorms } from "#test/chaos/run-storms.ts";

/**
 * Storms over the real programs: faults at seeded moments, then what must hold whatever struck. Here
 * a few; `npm run chaos -- --scenarios 1000` plays as many as are asked for.
 */
test(
  "whatever strikes, the gate says what is true, loses nothing and leaves nothing behind",
  async () => {
    const { storms, verbose } = askedStorms(process.env);
    const reports = await runStorms(storms, (report) => {
      if (verbose || report.violations.length > 0) console.log(reportText(report));
    });
    if (verbose) console.log(countsText(reports));
    const failed = reports.filter(({ violations }) => violations.length > 0);
    expect(failed.map(({ scenario }) => `--seed ${scenario.seed} --only ${scenario.number}`)).toEqual([]);
  },
  24 * 60 * 60 * 1_000,
);
