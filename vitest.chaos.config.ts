import { parseArgs } from "node:util";
import { mergeConfig } from "vitest/config";
import { ASKED } from "./test/support/chaos/asked-storms.ts";
import config from "./vitest.config.ts";

/** What `npm run chaos -- --scenarios 1000 --seed 7 --only 3,5 --at-once 8 --shrink` asks for. */
const { values } = parseArgs({
  args: process.argv.slice(process.argv.indexOf("--") + 1 || process.argv.length),
  options: {
    scenarios: { type: "string", default: "100" },
    seed: { type: "string" },
    only: { type: "string" },
    "at-once": { type: "string" },
    shrink: { type: "boolean", default: false },
  },
});

export default mergeConfig(
  { resolve: config.resolve ?? {} },
  {
    test: {
      root: import.meta.dirname,
      include: ["test/real/chaos.test.ts"],
      globalSetup: ["test/support/install-real-programs.ts"],
      env: {
        NODE_ENV: "",
        NODE_EXTRA_CA_CERTS: "",
        [ASKED.scenarios]: values.scenarios,
        [ASKED.seed]: values.seed ?? "",
        [ASKED.only]: values.only ?? "",
        [ASKED.atOnce]: values["at-once"] ?? "",
        [ASKED.shrink]: values.shrink ? "1" : "",
      },
      testTimeout: 240_000,
      hookTimeout: 600_000,
      disableConsoleIntercept: true,
    },
  },
);
