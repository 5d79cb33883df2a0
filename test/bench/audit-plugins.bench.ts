import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { measuredCommand } from "#test/measured-command.ts";
import { layManyPlugins, type PluginCrowd } from "#test/plugins/many-plugins.ts";

const base = realpathSync(mkdtempSync(join(tmpdir(), "countersign-bench-")));

afterAll(() => rmSync(base, { recursive: true, force: true }));

/** After the first: many plugins of few histories, then few of them, then with commits that touch no plugin. */
test("audit plugins --json, from the start of its process to its end", () => {
  const crowds: readonly PluginCrowd[] = [
    { marketplaces: 40, plugins: 5, commits: 5_000, every: 1 },
    { marketplaces: 4, plugins: 50, commits: 5_000, every: 1 },
    { marketplaces: 4, plugins: 5, commits: 5_000, every: 1 },
    { marketplaces: 4, plugins: 5, commits: 5_000, every: 10 },
  ];
  for (const [number, crowd] of crowds.entries()) audit(join(base, `home-${number}`), crowd);
});

function audit(home: string, crowd: PluginCrowd): void {
  const config = join(home, ".claude");
  mkdirSync(config, { recursive: true });
  layManyPlugins(config, crowd);
  const env = { HOME: home, COUNTERSIGN_HOME: join(home, "state"), CLAUDE_CONFIG_DIR: config };
  const run = measuredCommand(["audit", "plugins", "--json"], env, home);
  expect(run.exitCode, run.stderr).toBe(1);
  expect(run.stdout.match(/"record-older"|"false-record"/g)?.length ?? 0).toBeGreaterThan(0);
  const { marketplaces, plugins, commits, every } = crowd;
  const what = `${marketplaces} × ${plugins} plugins, ${commits} commits, 1 of ${every} changes one`;
  const figures = `${run.seconds.toFixed(1)} s, cpu ${run.cpuSeconds.toFixed(1)} s, ${run.peakMegabytes.toFixed(0)} MB, ${run.gits} gits`;
  process.stdout.write(`${what.padEnd(56)} ${figures} (load ${loadavg()[0]?.toFixed(1)})\n`);
  rmSync(home, { recursive: true, force: true });
}
