import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rolldown } from "rolldown";
import { describe, expect, test } from "vitest";
import { scratchFolder } from "#test/scratch-folder.ts";
import { thirdPartyLicenses } from "../build/third-party-licenses.ts";
import manifest from "../package.json" with { type: "json" };

/** The packages that a file of licences names, with their versions. */
function namedIn(text: string): readonly string[] {
  return [...text.matchAll(/^-{80}\n(\S+ \S+) \(/gm)].map(([, name]) => name ?? "");
}

describe("a build with planted packages", () => {
  const LICENSE = "MIT License\r\n\r\nCopyright (c) Somebody\r\n";

  function plant(packages: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
    const root = scratchFolder();
    for (const [folder, files] of Object.entries(packages)) {
      const name = folder.split("node_modules/").at(-1);
      const own = { name, version: "1.2.3", license: "MIT", main: "index.js" };
      const all = {
        "package.json": JSON.stringify(own),
        "index.js": "export const a = globalThis;",
        ...files,
      };
      for (const [file, text] of Object.entries(all)) {
        mkdirSync(dirname(join(root, "node_modules", folder, file)), { recursive: true });
        writeFileSync(join(root, "node_modules", folder, file), text);
      }
    }
    return root;
  }

  async function build(root: string, texts: readonly string[]): Promise<string> {
    const file = join(root, "dist", "LICENSES");
    const plugin = thirdPartyLicenses(file);
    for (const [index, text] of texts.entries()) {
      const entry = join(root, `entry-${index}.js`);
      writeFileSync(entry, text);
      const bundle = await rolldown({ input: entry, cwd: root, plugins: [plugin] });
      await bundle.write({ dir: join(root, "dist", String(index)) });
      await bundle.close();
    }
    return readFileSync(file, "utf8");
  }

  test("names what went into it, of all entries, and nothing else", async () => {
    const inner = { "index.js": 'import { a } from "inner"; export const b = [a];' };
    const root = plant({
      used: { LICENSE, ...inner },
      "used/node_modules/inner": { "license.md": LICENSE, "NOTICE.txt": "Mind this." },
      "@scope/also": { "LICENSE.txt": LICENSE },
      shaken: { LICENSE, "index.js": "export const a = 1;" },
      unused: {},
    });
    const text = await build(root, [
      'import { b } from "used"; import { a } from "shaken"; console.log(b);',
      'const { a } = await import("@scope/also"); console.log(a);',
    ]);
    const names = namedIn(text);
    expect(names.filter((name) => !name.startsWith("rolldown "))).toEqual([
      "@scope/also 1.2.3",
      "inner 1.2.3",
      "used 1.2.3",
    ]);
    expect(text.match(/Copyright \(c\) Somebody\n/g)).toHaveLength(3);
    expect(text).toContain("Mind this.");
  });

  test("fails where a licence has no text", async () => {
    const root = plant({ used: { "index.js": "export const b = globalThis;" } });
    await expect(build(root, ['import { b } from "used"; console.log(b);'])).rejects.toThrow(
      "used 1.2.3 is bundled, and has no file with its licence",
    );
  });
});

test("what is shipped has the licences of the packages whose code is in it, and of no other", () => {
  const dist = join(import.meta.dirname, "..", "dist");
  const programs = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".cjs"),
  );
  const code = programs.map((name) => readFileSync(join(dist, name), "utf8")).join("\n");
  // The bundler names each module above its code.
  const inside = code.matchAll(/^\/\/ (?:\S*\/)?node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\/\S+$/gm);
  const bundled = new Set([...inside].map(([, name]) => name ?? ""));
  const named = namedIn(readFileSync(join(dist, "THIRD_PARTY_LICENSES"), "utf8"));
  expect(new Set(named.map((name) => name.split(" ")[0]))).toEqual(new Set([...bundled, "rolldown"]));
  expect(bundled).toContain("zod");
  expect(manifest.files).toContain("dist");
});
