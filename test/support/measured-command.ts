import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import * as z from "zod/mini";
import { COUNTERSIGN } from "#test/run-countersign.ts";

/** What one run of the command line took. */
export type Measured = {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** Of the command and of all processes that it waited for. */
  readonly cpuSeconds: number;
  /** Of the command itself. */
  readonly peakMegabytes: number;
  readonly gits: number;
};

/** Clock ticks a second in proc(5), `/proc/pid/stat`: 100 on all Linux there is. */
const TICKS = 100;
const MEASURE = `process.on("exit", () => {
  const ticks = require("node:fs").readFileSync("/proc/self/stat", "utf8").replace(/^.*\\) /, "").split(" ");
  const cpuSeconds = [11, 12, 13, 14].reduce((sum, at) => sum + Number(ticks[at]), 0) / ${TICKS};
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  require("node:fs").writeFileSync(process.env.MEASURED_TO, JSON.stringify({ cpuSeconds, peakMegabytes }));
});
`;
const Figures = z.object({ cpuSeconds: z.number(), peakMegabytes: z.number() });

/** Runs the built command line and measures it. Linux only. */
export function measuredCommand(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Measured {
  const lab = mkdtempSync(join(tmpdir(), "countersign-measure-"));
  const [hook, to] = [join(lab, "measure.cjs"), join(lab, "measured.json")];
  const [count, bin] = [join(lab, "gits"), join(lab, "bin")];
  writeFileSync(hook, MEASURE);
  mkdirSync(bin);
  const path = process.env["PATH"] ?? "";
  writeFileSync(join(bin, "git"), `#!/bin/sh\necho >>'${count}'\nPATH='${path}' exec git "$@"\n`);
  chmodSync(join(bin, "git"), 0o755);
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--require", hook, COUNTERSIGN, ...words], {
    env: { ...env, PATH: `${bin}:${path}`, MEASURED_TO: to },
    cwd,
    encoding: "utf8",
    maxBuffer: 512 * 1024 * 1024,
  });
  const seconds = (performance.now() - begun) / 1000;
  const gits = existsSync(count) ? readFileSync(count, "utf8").split("\n").length - 1 : 0;
  const figures = Figures.parse(JSON.parse(readFileSync(to, "utf8")));
  rmSync(lab, { recursive: true, force: true });
  return { exitCode: status, stdout, stderr, seconds, ...figures, gits };
}
