import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { scratchFolder } from "./scratch-folder.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Writes these files into a folder of its own and returns what the project's linter has against them. */
export function lintPlanted(files: Readonly<Record<string, string>>): string {
  const folder = scratchFolder();
  const settings: unknown = JSON.parse(readFileSync(join(ROOT, "biome.json"), "utf8"));
  const own = Object.assign({}, settings, { vcs: { enabled: false } });
  writeFileSync(join(folder, "biome.json"), JSON.stringify(own));
  copyFileSync(join(ROOT, "no-shell.grit"), join(folder, "no-shell.grit"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const biome = join(ROOT, "node_modules", "@biomejs", "biome", "bin", "biome");
  const report = spawnSync(process.execPath, [biome, "lint", "--max-diagnostics=none", "src"], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] },
  });
  if (report.status !== 1) throw new Error(`the linter refused nothing: ${report.stderr}`);
  return `${report.stdout}${report.stderr}`;
}
