import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { anyFolder } from "#git/git-place.ts";
import { askGit } from "#git/run-git.ts";
import { startGit } from "#git/start-git.ts";
import { never, watchRepository } from "#test/watched-repository.ts";

describe("a git that cannot be started", () => {
  test.each([
    ["a word with a NUL in it", ["rev-parse", "a\0b"]],
    ["words that are too long", ["rev-parse", "a".repeat(4 * 1024 * 1024)]],
  ])("is a fault and no crash: %s", async (_name, words) => {
    const { root } = await watchRepository();
    await expect(askGit(anyFolder(root), { arguments: words }, never())).rejects.toMatchObject({
      failure: { kind: "git-failed", command: "git rev-parse", exitCode: -1 },
    });
  });

  test("because its folder is gone has not to do with git itself", async () => {
    const { root } = await watchRepository();
    await expect(
      askGit(anyFolder(join(root, "gone")), { arguments: ["version"] }, never()),
    ).rejects.toMatchObject({ failure: { kind: "git-failed", exitCode: -1 } });
  });
});

describe("what git reads", () => {
  test("comes to it whole, and ends", async () => {
    const { root } = await watchRepository();
    const input = Buffer.alloc(3_000_000, "a\n");
    const hash = { arguments: ["hash-object", "--stdin"] };
    const whole = await askGit(anyFolder(root), { ...hash, input }, never());
    const half = await askGit(anyFolder(root), { ...hash, input: input.subarray(1) }, never());
    const none = await askGit(anyFolder(root), hash, never());
    expect(whole.output.toString()).toMatch(/^[0-9a-f]{40}\n$/);
    expect(new Set([whole, half, none].map(({ output }) => output.toString())).size).toBe(3);
    expect(none.output.toString()).toBe("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\n");
  });

  test("may be more than it wants", async () => {
    const { root } = await watchRepository();
    const command = { arguments: ["rev-parse", "--git-dir"], input: Buffer.alloc(3_000_000) };
    expect(await askGit(anyFolder(root), command, never())).toMatchObject({ exitCode: 0 });
  });
});

test("how git ended comes with all that it said of it", async () => {
  const { root, git } = await watchRepository();
  git("config", "alias.loud", "!yes wrong | head -c 300000 >&2; exit 7");
  const loud = startGit(anyFolder(root), ["loud"]);
  loud.stdin?.end();
  loud.stdout.resume();
  const end = await loud.ended;
  expect(end).toMatchObject({ kind: "exited", exitCode: 7 });
  expect(end.errors).toHaveLength(300_000);
});
