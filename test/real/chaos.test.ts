import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { askedStorms } from "#test/chaos/asked-storms.ts";
import { countsText, reportText, runStorms } from "#test/chaos/run-storms.ts";
import { shrunk } from "#test/chaos/shrink.ts";
import { makeGateWorld } from "#test/gate-world.ts";
import { reviewAnswer } from "#test/reviewer-action.ts";

const asked = askedStorms(process.env);
const SHORT_MS = 20 * 60_000;
const LONG_MS = 24 * 60 * 60_000;

/**
 * Storms over the real programs: faults at seeded moments, then what must hold whatever struck. Here
 * a few; `npm run chaos -- --scenarios 1000` plays as many as are asked for.
 */
test(
  "whatever strikes, the gate says what is true, loses nothing and leaves nothing behind",
  async () => {
    const { storms, verbose, shrink } = asked;
    const reports = await runStorms(storms, (report) => {
      if (verbose || report.violations.length > 0) console.log(reportText(report));
    });
    if (verbose) console.log(countsText(reports));
    const failed = reports.filter(({ violations }) => violations.length > 0);
    for (const report of shrink ? failed : []) console.log(`smallest: ${reportText(await shrunk(report))}`);
    expect(failed.map(({ scenario }) => `--seed ${scenario.seed} --only ${scenario.number}`)).toEqual([]);
  },
  asked.verbose ? LONG_MS : SHORT_MS,
);

test("a session's record that is torn in mid-review is said, and goes on after the receipt", async () => {
  const world = await makeGateWorld((request) => reviewAnswer(request));
  const session = world.session();
  await session.start();
  world.repository.write("src/count.js", "export const count = 1;\n");
  world.api.play((request) => {
    writeFileSync(join(world.state, "sessions", `${session.id}.json`), "torn {");
    return reviewAnswer(request);
  });
  const { systemMessage } = await session.stop();
  expect(systemMessage).toContain("signed by");
  expect(systemMessage).toContain("could not be read and was set aside as");
  expect((await world.countersign(["audit", "verify"])).exitCode).toBe(0);
  expect(await session.stop()).toEqual({});
  expect(session.outcomes()).toEqual(["allowed", "skipped(unchanged)"]);
  await world.close();
});
