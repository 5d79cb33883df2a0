import type { Reporter, TestModule } from "vitest/node";

/** Ends a run with one plain line, `N passed, N failed[, N skipped]`, for machines that read logs. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const broken = modules.filter(
      (module) => module.state() === "failed" && module.children.size === 0,
    ).length;
    const passed = states.filter((state) => state === "passed").length;
    const failed = states.filter((state) => state === "failed").length + broken + unhandledErrors.length;
    const skipped = states.filter((state) => state === "skipped").length;
    process.stdout.write(
      `\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`,
    );
  }
}
