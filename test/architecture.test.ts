import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { type OutputChunk, type RolldownOptions, rolldown } from "rolldown";
import { describe, expect, test } from "vitest";
import { lintPlanted } from "#test/lint-planted.ts";
import configurations from "../rolldown.config.ts";

const ROOT = join(import.meta.dirname, "..");

/** What each floor may import. The three adapters never see each other. */
const FLOORS: Readonly<Record<string, readonly string[]>> = {
  base: ["base"],
  git: ["base", "git"],
  codex: ["base", "codex"],
  claude: ["base", "claude"],
  gate: ["base", "git", "codex", "claude", "gate"],
  runs: ["base", "git", "codex", "claude", "gate", "runs"],
  audit: ["base", "git", "codex", "claude", "gate", "runs", "audit"],
  commands: ["base", "git", "codex", "claude", "gate", "runs", "audit", "commands"],
};

/** The demo plays the model with the stand-in that the tests use. */
const DEMO = join("src", "commands", "demo");

/** Returns each import of a file that its floor may not have. Types obey the same rule. */
function violations(file: string, text: string): readonly string[] {
  const floor = file.split(sep)[1] ?? "";
  const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
  return imports.filter((specifier) => {
    if (specifier.startsWith("#test/") && file.startsWith(DEMO)) return false;
    if (specifier.startsWith("#")) return !FLOORS[floor]?.includes(specifier.slice(1).split("/")[0] ?? "");
    if (!specifier.startsWith(".") || specifier.endsWith(".json")) return false;
    return relative(join("src", floor), join(dirname(file), specifier)).startsWith("..");
  });
}

describe("an import only points down", () => {
  const files = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join("src", name));

  test("in every file of src", () => {
    const found = files.map(
      (file) => [file, violations(file, readFileSync(join(ROOT, file), "utf8"))] as const,
    );
    expect(files.length).toBeGreaterThan(20);
    expect(found.filter(([, imports]) => imports.length > 0)).toEqual([]);
  });

  test("and a planted one that points up or sideways is seen", () => {
    const text =
      'import type { A } from "#gate/a.ts";\nconst b = await import("#codex/b.ts");\nimport "../c/d.ts";\n';
    expect(violations(join("src", "git", "planted.ts"), text)).toEqual([
      "#gate/a.ts",
      "#codex/b.ts",
      "../c/d.ts",
    ]);
    expect(violations(join("src", "commands", "demo", "planted.ts"), 'import { A } from "../a.ts";')).toEqual(
      [],
    );
  });

  test("and the linter refuses every one that this rule refuses", () => {
    const planted = Object.keys(FLOORS).flatMap((floor) =>
      Object.keys(FLOORS)
        .filter((other) => !FLOORS[floor]?.includes(other))
        .map((other) => [
          `src/${floor}/sees-${other}.ts`,
          `import type { A } from "#${other}/a.ts";\n\nexport type B = A;\n`,
        ]),
    );
    const files = planted.map(([file = ""]) => file);
    const report = lintPlanted(Object.fromEntries(planted));
    expect(files.filter((file) => report.includes(`${file}:1:`))).toEqual(files);
  });

  test("and a shell is refused by the linter, wherever one could be asked for", () => {
    const refused = [
      'import { exec } from "node:child_process";',
      'import { execSync as run } from "node:child_process";',
      'import { execaCommand } from "execa";',
      'spawn("ls", [], { shell: true });',
      'spawn("ls", [], { cwd: ".", "shell": "/bin/sh" });',
      "export const options = { shell };",
    ];
    const taken = [
      'import { execFile, spawn } from "node:child_process";',
      'spawn("ls", [], { shell: false });',
    ];
    const text = [...taken, ...refused].join("\n");
    const report = lintPlanted({ "src/base/planted.ts": text });
    const lines = [...report.matchAll(/planted\.ts:(\d+):\d+ plugin/g)].map((match) => Number(match[1]));
    expect(lines).toEqual(refused.map((_line, index) => taken.length + index + 1));
  });
});

/** Everything that is loaded before the first line of an entry's own work runs, or that of a module which it goes on to. */
async function staticClosure(
  configuration: RolldownOptions,
  goneOnTo?: string,
): Promise<readonly OutputChunk[]> {
  const bundle = await rolldown({ ...configuration, cwd: ROOT });
  const { output } = await bundle.generate(Array.isArray(configuration.output) ? {} : configuration.output);
  await bundle.close();
  const chunks = output.filter((one) => one.type === "chunk");
  const first = chunks.filter(
    ({ isEntry, facadeModuleId }) => isEntry || facadeModuleId === join(ROOT, goneOnTo ?? "none"),
  );
  const loaded = new Set(first.map(({ fileName }) => fileName));
  for (const name of loaded) {
    for (const next of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) loaded.add(next);
  }
  return chunks.filter(({ fileName }) => loaded.has(fileName));
}

function packagesOf(chunks: readonly OutputChunk[]): readonly string[] {
  const modules = chunks.flatMap(({ moduleIds }) => moduleIds);
  const names = modules.flatMap((id) => /node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id)?.[1] ?? []);
  return [...new Set(names)].sort();
}

function configurationOf(entry: string): RolldownOptions {
  const found = configurations.find(({ input }) => typeof input === "object" && entry in input);
  if (found === undefined) throw new Error(`rolldown.config.ts has no entry ${entry}`);
  return found;
}

const HEAVY = ["execa", "vscode-jsonrpc", "ws", "cli-table3", "jsonc-parser"];

/** The schemas' library alone is 70 KB: a hook loads it when it knows that it has something to do. */
const HEAVY_FOR_A_HOOK = [...HEAVY, "zod"];

describe.each(["stop", "session-start", "session-end"])(
  "what the %s hook loads before it decides",
  (entry) => {
    test.runIf(existsSync(join(ROOT, "hooks", `${entry}.ts`)))("is small and light", async () => {
      const chunks = await staticClosure(configurationOf(entry));
      expect(packagesOf(chunks).filter((name) => HEAVY_FOR_A_HOOK.includes(name))).toEqual([]);
      const bytes = chunks.reduce((sum, { code }) => sum + Buffer.byteLength(code), 0);
      expect(bytes).toBeGreaterThan(1_000);
      expect(bytes).toBeLessThan(32 * 1024);
    });
  },
);

test("a build leaves the command line executable, as npm made it for an installed one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-build-"));
  try {
    const { output, ...configuration } = configurationOf("countersign");
    if (Array.isArray(output)) throw new Error("one output is built");
    const bundle = await rolldown({ ...configuration, cwd: ROOT });
    await bundle.write({ ...output, dir: folder });
    await bundle.close();
    expect(statSync(join(folder, "countersign.cjs")).mode & 0o777).toBe(0o755);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe("what a stop loads before it knows that something changed", () => {
  test("is nothing that only a change needs", async () => {
    const chunks = await staticClosure(configurationOf("stop"), "src/commands/hooks/answer-stop.ts");
    expect(packagesOf(chunks)).toEqual(["lowdb", "picomatch", "zod"]);
    const modules = chunks.flatMap(({ moduleIds }) => moduleIds.map((id) => relative(ROOT, id)));
    expect(modules).toContain(join("src", "git", "snapshot", "take-snapshot.ts"));
    const OF_A_CHANGE =
      /^src\/(?:gate\/(?:attribution|challenge|prompt)|commands\/attribution|claude\/transcript)\//;
    expect(modules.map((name) => name.replaceAll(sep, "/")).filter((name) => OF_A_CHANGE.test(name))).toEqual(
      [],
    );
    expect(chunks.reduce((sum, { code }) => sum + Buffer.byteLength(code), 0)).toBeLessThan(600 * 1024);
  });
});

describe("what the command line loads before it knows the command", () => {
  test("is light too", async () => {
    const chunks = await staticClosure(configurationOf("countersign"));
    expect(packagesOf(chunks).filter((name) => HEAVY.includes(name))).toEqual([]);
  });

  test("and a hook called by its name loads no more than that", async () => {
    const chunks = await staticClosure(configurationOf("countersign"));
    const modules = chunks.flatMap(({ moduleIds }) => moduleIds.map((id) => relative(ROOT, id)));
    expect(modules).toContain(join("src", "commands", "hooks", "run-hook.ts"));
    expect(modules).not.toContain(join("src", "commands", "command-line.ts"));
    expect(chunks.reduce((sum, { code }) => sum + Buffer.byteLength(code), 0)).toBeLessThan(32 * 1024);
  });

  test("and a heavy package in it would be seen", async () => {
    const configuration = configurationOf("countersign");
    const chunks = await staticClosure({ ...configuration, input: { table: "src/commands/table.ts" } });
    expect(packagesOf(chunks)).toContain("cli-table3");
  });
});
