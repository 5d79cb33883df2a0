import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { packageVersion } from "#commands/installation.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const ROOT = join(import.meta.dirname, "../..");

/** npm finds nothing to fetch: the package bundles what it needs. */
async function npm(words: readonly string[], home: string): Promise<void> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: home };
  await execa("npm", [...words, "--offline", "--no-audit", "--no-fund"], {
    cwd: ROOT,
    env,
    extendEnv: false,
  });
}

test("what is packed installs without the network and runs by its name", async () => {
  const folder = scratchFolder();
  const [home, prefix] = [join(folder, "home"), join(folder, "prefix")];
  for (const made of [home, prefix]) mkdirSync(made);
  await npm(["pack", "--ignore-scripts", "--pack-destination", folder], home);
  await npm(["install", "--prefix", prefix, join(folder, `countersign-${packageVersion()}.tgz`)], home);

  const program = join(prefix, "node_modules", ".bin", "countersign");
  const env = { PATH: process.env["PATH"] ?? "", HOME: home, COUNTERSIGN_HOME: join(folder, "state") };
  const run = (words: readonly string[]) =>
    execa(program, [...words], { env, extendEnv: false, cwd: folder, stdin: "ignore" });
  expect((await run(["--help"])).stdout).toContain("countersign <command>");
  expect(JSON.parse((await run(["hook", "stop"])).stdout)).toHaveProperty("systemMessage");

  expect((await run(["setup"])).stdout).toContain("The hooks are registered in");
  expect(existsSync(join(folder, "state", "launch", "countersign-hook"))).toBe(true);
  expect(existsSync(join(prefix, "node_modules", "execa"))).toBe(false);
});
