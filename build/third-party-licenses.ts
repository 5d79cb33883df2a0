import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { OutputBundle, Plugin } from "rolldown";
import * as z from "zod/mini";

/** The bundler's own helpers stand in its output too. */
const RUNTIME = "\0rolldown/runtime.js";
const PACKAGE = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/;
const LICENSE = /^(?:licen[cs]e|copying|notice|third-?party-?notices?)(?:[.-].*)?$/i;
const RULE = "-".repeat(80);

const Manifest = z.looseObject({
  name: z.string(),
  version: z.string(),
  license: z.string(),
});

/**
 * Returns a plugin that writes the licences of all packages whose code went into a bundle to one file,
 * as nearly every licence demands of whoever passes the code on. Given to several builds, it writes
 * those of all of them. A package without a licence's text fails the build.
 */
export function thirdPartyLicenses(file: string): Plugin {
  const texts = new Map<string, string>();
  return {
    name: "third-party-licenses",
    generateBundle(_options, bundle) {
      for (const folder of foldersIn(bundle)) texts.set(folder, texts.get(folder) ?? licenseOf(folder));
    },
    writeBundle() {
      mkdirSync(dirname(file), { recursive: true });
      const sections = [...texts.values()].sort().map((text) => `${RULE}\n${text}`);
      writeFileSync(file, `${INTRODUCTION}\n${sections.join("\n")}`);
    },
  };
}

const INTRODUCTION = `The programs in this folder hold code of the packages below, each under its own licence.
`;

/** A module of which nothing is used stands in no chunk. */
function foldersIn(bundle: OutputBundle): ReadonlySet<string> {
  const modules = Object.values(bundle).flatMap((one) => (one.type === "chunk" ? one.moduleIds : []));
  return new Set(modules.flatMap((id) => (id === RUNTIME ? runtimeFolder() : (PACKAGE.exec(id)?.[1] ?? []))));
}

function runtimeFolder(): string {
  return dirname(createRequire(import.meta.url).resolve("rolldown/package.json"));
}

function licenseOf(folder: string): string {
  const { name, version, license } = Manifest.parse(
    JSON.parse(readFileSync(join(folder, "package.json"), "utf8")),
  );
  const files = readdirSync(folder).filter((one) => LICENSE.test(one));
  if (files.length === 0) throw new Error(`${name} ${version} is bundled, and has no file with its licence`);
  const texts = files
    .sort()
    .map((one) => readFileSync(join(folder, one), "utf8").replaceAll("\r\n", "\n").trim());
  return `${name} ${version} (${license})\n\n${texts.join("\n\n")}\n`;
}
