import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { auditedPlugins, auditIn } from "#test/plugins/audited-plugins.ts";
import { filesBelowAsLines } from "#test/plugins/files-below.ts";
import type { LaidOutPlugins } from "#test/plugins/lay-out-plugins.ts";
import { layOutThree } from "#test/plugins/three-plugins.ts";

let world: LaidOutPlugins;

afterEach(() => {
  vi.unstubAllEnvs();
  world.remove();
});

/** What the user's git takes for the address of the host is a repository of the test. */
function leadToTheTest(): void {
  const { path } = world.upstream("lab/mkt");
  const lines = [`[url "file://${path}"]`, "\tinsteadOf = https://github.com/lab/mkt.git", ""];
  writeFileSync(join(world.home, ".gitconfig"), lines.join("\n"));
  vi.stubEnv("HOME", world.home);
}

test("where the clone is shallow, --fetch brings the history, and it is there for the next time", async () => {
  world = layOutThree({ marketplaces: [{ name: "labmkt", repository: "lab/mkt", history: "shallow" }] });
  leadToTheTest();
  const matchOfAlpha = async () => {
    const { audit } = await auditedPlugins(world);
    return audit.plugins.find((plugin) => plugin.id === "alpha@labmkt")?.copies[0]?.match;
  };
  expect(await matchOfAlpha()).toMatchObject({ kind: "not-found", whole: false });
  const before = filesBelowAsLines(world.configDirectory);
  const fetched = await auditIn(world, "app", ["--fetch"]);
  expect(fetched.stdout).toContain("3 plugins: 1 false record, 1 behind 1, 1 in sync.");
  expect(filesBelowAsLines(world.configDirectory)).toEqual(before);
  vi.stubEnv("HOME", "/nonexistent");
  const commit = world.commit({ repository: "lab/mkt", commit: "one" });
  expect(await matchOfAlpha()).toMatchObject({ kind: "found", commit });
});

test("a remote that has moved on is said with --fetch, and only with it", async () => {
  world = layOutThree({
    marketplaces: [{ name: "labmkt", repository: "lab/mkt", history: "whole", at: "two" }],
  });
  leadToTheTest();
  expect((await auditIn(world, "app", [])).stdout).not.toContain("[clone-behind-remote]");
  expect((await auditIn(world, "app", ["--fetch"])).stdout).toContain("[clone-behind-remote]");
});

test("a marketplace that was added at a commit is not behind, nor is its remote asked for a branch of that name", async () => {
  world = layOutThree({
    marketplaces: [{ name: "labmkt", repository: "lab/mkt", history: "whole", at: "two", fetched: "three" }],
  });
  leadToTheTest();
  const ref = world.commit({ repository: "lab/mkt", commit: "two" });
  const known = join(world.pluginsDirectory, "known_marketplaces.json");
  const text = readFileSync(known, "utf8");
  writeFileSync(known, text.replace('"repo": "lab/mkt"', `"repo": "lab/mkt", "ref": "${ref}"`));
  expect((await auditIn(world, "app", [])).stdout).toContain("[clone-behind-remote]");
  world.gitIn(world.marketplacePath("labmkt"), "checkout", "--quiet", "--detach");
  for (const words of [[], ["--fetch"]]) {
    const { stdout } = await auditIn(world, "app", words);
    for (const kind of ["behind-remote", "diverged", "unconfirmed"])
      expect(stdout).not.toContain(`clone-${kind}`);
    expect(stdout).not.toContain("remote-not-answered");
  }
});

test("a remote that does not answer is said, and hides nothing else", async () => {
  world = layOutThree();
  leadToTheTest();
  writeFileSync(
    join(world.home, ".gitconfig"),
    `[url "file:///nonexistent"]\n\tinsteadOf = https://github.com/lab/mkt.git\n`,
  );
  const { stdout, code } = await auditIn(world, "app", ["--fetch"]);
  expect(code).toBe(1);
  expect(stdout).toContain("[remote-not-answered]");
  expect(stdout).toContain("1 false record");
});
