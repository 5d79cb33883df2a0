import { defineConfig } from "vitest/config";

const root = import.meta.dirname;
const env = { NODE_ENV: "", NODE_EXTRA_CA_CERTS: "", NO_COLOR: "1" };

/** As package.json's `imports`, which do not reach into test/real: that folder has a package.json of its own. */
const alias = [
  { find: /^#test\//, replacement: `${root}/test/support/` },
  { find: /^#(\w+)\//, replacement: `${root}/src/$1/` },
];

/** No test is about time: a machine under load may take its own. What waits in vain says sooner for what. */
const PATIENT = { testTimeout: 600_000, hookTimeout: 600_000 };

export default defineConfig({
  resolve: { alias },
  test: {
    root,
    // Much of a test's time is a wait for processes of its own: three at a time keep two cores at work.
    maxWorkers: 3,
    coverage: {
      include: ["src/gate/**", "src/audit/**"],
      thresholds: { branches: 100, functions: 100, lines: 100 },
      reporter: ["text-summary"],
    },
    reporters:
      process.env["CI"] === undefined ? ["default"] : ["default", "./test/support/summary-reporter.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/{base,gate,audit}/**/*.test.ts", "test/*.test.ts"],
          env,
          // These share nothing that one could leave changed, and start fast where they share a process.
          isolate: false,
          ...PATIENT,
        },
      },
      {
        extends: true,
        test: {
          name: "process",
          include: ["test/{git,codex,claude,runs,commands,hooks,bin}/**/*.test.ts"],
          env,
          ...PATIENT,
        },
      },
      {
        extends: true,
        test: {
          name: "real",
          include: ["test/real/**/*.test.ts"],
          exclude: ["test/real/node_modules/**"],
          globalSetup: ["test/support/install-real-programs.ts"],
          env,
          // As above, and these start hundreds of processes.
          testTimeout: 480_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
