import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { listIfPresent } from "#base/files.ts";
import { connect } from "#codex/connection/connection.ts";
import { startPrivateServer } from "#codex/connection/private-server.ts";
import { serverEnvironment } from "#codex/environment.ts";
import { findCodex } from "#codex/installation.ts";
import { serverArguments } from "#codex/server-arguments.ts";
import { type CodexHome, makeCodexHome, nativeCodex } from "#test/codex-home.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { makeUpstream } from "#test/plugins/make-upstream.ts";
import { marketplaceFiles, pluginFiles } from "#test/plugins/plugin-files.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const UNREACHABLE = "http://127.0.0.1:9/v1";
const signal = AbortSignal.timeout(200_000);

const installed = (home: CodexHome) => listIfPresent(join(home.codexHome, "plugins/cache/mkt/alpha"));

/** A home in which Codex takes a marketplace from a folder of the test's own repositories. */
function homeWith(remotes: string): CodexHome {
  const home = makeCodexHome({ url: UNREACHABLE });
  onTestFinished(() => home.remove());
  const git = `[url "file://${remotes}/"]\n\tinsteadOf = https://git.example.invalid/\n[protocol "file"]\n\tallow = always\n`;
  writeFileSync(join(home.home, ".gitconfig"), git);
  const config = join(home.codexHome, "config.toml");
  writeFileSync(config, readFileSync(config, "utf8").replace("plugins = false", "plugins = true"));
  for (const words of [
    ["plugin", "marketplace", "add", "https://git.example.invalid/lab/mkt.git"],
    ["plugin", "add", "alpha@mkt"],
  ]) {
    execFileSync(nativeCodex(), words, { cwd: home.root, env: home.env, stdio: ["ignore", "pipe", "pipe"] });
  }
  return home;
}

async function serve(home: CodexHome, words: readonly string[]): Promise<void> {
  const wire = startPrivateServer({
    path: nativeCodex(),
    arguments: words,
    environment: serverEnvironment(home.env, home.codexHome),
    directory: home.root,
    platform: process.platform,
  });
  const server = await connect(wire, "0.0.0", signal);
  onTestFinished(() => server.close());
}

test("a server of ours leaves the user's plugins as they are, which one of Codex's own renews", async () => {
  const remotes = scratchFolder();
  const upstream = makeUpstream(remotes, {
    name: "lab/mkt",
    commits: [
      {
        label: "one",
        files: {
          ...marketplaceFiles("mkt", [{ name: "alpha", source: "./plugins/alpha" }]),
          ...pluginFiles({ name: "alpha", version: "1.0.0" }),
        },
      },
      { label: "two", files: pluginFiles({ name: "alpha", version: "2.0.0" }) },
    ],
  });
  upstream.git("update-ref", "refs/heads/main", upstream.commit("one"));
  const [ours, theirs] = [homeWith(remotes), homeWith(remotes)];
  upstream.git("update-ref", "refs/heads/main", upstream.commit("two"));

  const installation = await findCodex({ ...ours.env, COUNTERSIGN_CODEX: nativeCodex() }, signal);
  await serve(ours, serverArguments(installation, ours.codexHome));
  await serve(theirs, []);
  const isRenewed = async () => installed(theirs).includes("2.0.0");
  await eventuallyAsync(isRenewed, () => `the plugin is renewed: ${installed(theirs).join()}`);
  expect(installed(ours)).toEqual(["1.0.0"]);
});
