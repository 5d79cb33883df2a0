import { mergeConfig } from "vitest/config";
import config from "./vitest.config.ts";

/** Benchmarks run by themselves (`npm run bench`): figures from a machine that also runs tests say nothing. */
export default mergeConfig(
  { resolve: config.resolve ?? {} },
  {
    test: {
      root: import.meta.dirname,
      include: ["test/bench/**/*.bench.ts"],
      globalSetup: ["test/support/install-real-programs.ts"],
      env: { NODE_ENV: "", NODE_EXTRA_CA_CERTS: "" },
      testTimeout: 600_000,
      disableConsoleIntercept: true,
    },
  },
);
