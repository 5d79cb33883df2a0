import { chmodSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Plugin, type RolldownOptions } from "rolldown";
import { thirdPartyLicenses } from "./build/third-party-licenses.ts";

/** One for all entries: together they are what is shipped. */
const licenses = thirdPartyLicenses(join(import.meta.dirname, "dist", "THIRD_PARTY_LICENSES"));

/** npm makes the command executable when it installs it, not when a linked checkout is built again. */
const executable: Plugin = {
  name: "executable",
  writeBundle({ dir = "." }, bundle) {
    for (const one of Object.values(bundle)) {
      if (one.type === "chunk" && one.isEntry) chmodSync(join(dir, one.fileName), 0o755);
    }
  },
};

/**
 * One graph per entry: with a shared graph, what only the command line needs is
 * pulled into a chunk that every hook then parses at each stop.
 *
 * CommonJS, because Node 20 starts it about 5 ms sooner than the same ESM bundle.
 * Not minified: a minified bundle starts no faster and makes stack traces unreadable.
 *
 * `module` before `main`: jsonc-parser's `main` is UMD, whose own requires no bundler can see.
 */
function entry(name: string, file: string): RolldownOptions {
  return {
    input: { [name]: file },
    platform: "node",
    resolve: { mainFields: ["module", "main"] },
    transform: { target: "node20" },
    plugins: [licenses],
    output: {
      dir: `dist/${name}`,
      format: "cjs",
      codeSplitting: true,
      minify: false,
      entryFileNames: "[name].cjs",
      chunkFileNames: "[name]-[hash].cjs",
      cleanDir: true,
    },
  };
}

export default defineConfig([
  entry("session-start", "hooks/session-start.ts"),
  entry("stop", "hooks/stop.ts"),
  entry("session-end", "hooks/session-end.ts"),
  { ...entry("countersign", "bin/countersign.ts"), plugins: [licenses, executable] },
  entry("keeper", "bin/keeper.ts"),
]);
