import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ReviewerChoice, reviewerDigest } from "#codex/reviewer-digest.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const CHOSEN: ReviewerChoice = { model: "gpt-x", effort: "medium" };
const LEFT: ReviewerChoice = { effort: "medium" };

/** A home of Codex, with a way to write its configuration and to ask for the digest. */
function place() {
  const codexHome = scratchFolder();
  return {
    configure: (text: string) => writeFileSync(join(codexHome, "config.toml"), text),
    digest(choice: ReviewerChoice, version = "0.169.0", path = "/opt/codex"): string {
      const installation = { path, launchedFrom: "/usr/bin/codex", version };
      return reviewerDigest({ installation, codexHome }, choice);
    },
  };
}

test("a configured model and its effort are all that decides", () => {
  const { configure, digest } = place();
  const before = digest(CHOSEN);
  configure('model = "y"');
  expect(digest(CHOSEN, "0.170.0")).toBe(before);
  expect(digest({ ...CHOSEN, model: "gpt-y" })).not.toBe(before);
  expect(digest({ ...CHOSEN, effort: "high" })).not.toBe(before);
});

test("where Codex chooses, its version, its configuration and the effort decide", () => {
  const { configure, digest } = place();
  const bare = digest(LEFT);
  configure('model = "x"');
  const x = digest(LEFT);
  configure('model = "y"');
  const y = digest(LEFT);
  const others = [digest(LEFT, "0.170.0"), digest({ effort: "high" }), digest(CHOSEN)];
  expect(new Set([bare, x, y, ...others]).size).toBe(6);
  expect(digest({ model: undefined, effort: "medium" }, "0.169.0", "/elsewhere/codex")).toBe(y);
  configure('model = "x"');
  expect(digest(LEFT)).toBe(x);
});

test("it is the same in two homes that say the same", () => {
  const [one, other] = [place(), place()];
  one.configure("# nothing");
  other.configure("# nothing");
  expect(one.digest(LEFT)).toBe(other.digest(LEFT));
});
