import { realpathSync } from "node:fs";
import { findPrograms, programNames } from "#base/find-program.ts";
import { isOlder } from "#codex/installation.ts";
import { askVersion } from "./ask-version.ts";
import { type Check, check, type Examined } from "./check.ts";

/** The oldest Claude Code with which the hooks were seen to work. */
const OLDEST_TRIED = "2.1.330";
const TRIED = `the hooks were tried with Claude Code from ${OLDEST_TRIED} on`;

/** Every `claude` on PATH, in order. A session may still run another one: an editor brings its own. */
export async function checkClaude(examined: Examined, signal: AbortSignal): Promise<readonly Check[]> {
  const paths = findPrograms(
    programNames("claude", examined.platform),
    examined.environment,
    examined.platform,
  );
  const all = await Promise.all(
    paths.map(async (path) => ({ path, said: await askVersion(path, examined, signal) })),
  );
  const detail = [
    ...all.map(({ path, said }, index) => {
      const real = realpathSync(path);
      const what = said.kind === "version" ? said.version : said.why;
      return `${index === 0 ? "first" : "then"} on PATH: ${what} ${path}${real === path ? "" : ` (${real})`}`;
    }),
    TRIED,
  ];
  const first = all[0]?.said;
  if (first === undefined) {
    const what = "No `claude` is on this PATH; one that an editor or the desktop starts is not seen here";
    const next = "Put it on PATH if you start it from a terminal.";
    return [check("claude", "warning", { what, detail, next })];
  }
  if (first.kind === "silent") {
    const next = "Run `claude --version` by hand.";
    return [check("claude", "warning", { what: "It does not say its version", detail, next })];
  }
  if (isOlder(first.version, OLDEST_TRIED)) {
    const what = `${first.version} is older than what the hooks were tried with`;
    const next = "Run `claude update`, or see with `countersign doctor --prove` that it works.";
    return [check("claude", "warning", { what, detail, next })];
  }
  return [check("claude", "ok", { what: first.version, detail })];
}
