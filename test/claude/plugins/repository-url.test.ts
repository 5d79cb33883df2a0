import { expect, test } from "vitest";
import { repositoryUrl } from "#claude/plugins/repository-url.ts";

test("a source that is a repository has an address, and others have none", () => {
  expect(repositoryUrl({ kind: "github", repo: "lab/mkt", ref: null })).toBe(
    "https://github.com/lab/mkt.git",
  );
  expect(repositoryUrl({ kind: "git", url: "git@h:lab/mkt", ref: null })).toBe("git@h:lab/mkt");
  expect(repositoryUrl({ kind: "npm", package: "x" })).toBeNull();
  expect(repositoryUrl({ kind: "relative", path: "plugins/a" })).toBeNull();
});
