import { expect, test } from "vitest";
import { pluginSource } from "#claude/plugins/plugin-source.ts";

const SHA = "0123456789012345678901234567890123456789";

test.each([
  ["./", ""],
  [".", ""],
  ["./plugins/alpha", "plugins/alpha"],
  ["./plugins//alpha/", "plugins/alpha"],
  ["./plugins/../tools/./alpha", "tools/alpha"],
  ["./__proto__", "__proto__"],
])("%s is a folder of the marketplace", (source, path) => {
  expect(pluginSource(source, undefined)).toEqual({ kind: "relative", path });
});

test.each([
  "..",
  "../alpha",
  "./../alpha",
  "./a/../../alpha",
  "./..\\alpha",
  "/etc",
  "\\\\host\\share",
  "C:\\alpha",
  "./a\0/../b",
])("%s leads out of it", (source) => {
  expect(pluginSource(source, undefined)).toEqual({ kind: "escaping", path: source });
});

test("a bare name is one below the plugins' root, where the marketplace has one", () => {
  expect(pluginSource("alpha", "plugins")).toEqual({ kind: "relative", path: "plugins/alpha" });
  expect(pluginSource("alpha", "")).toEqual({ kind: "relative", path: "alpha" });
  expect(pluginSource("alpha", undefined)).toEqual({ kind: "other", text: "alpha" });
  expect(pluginSource("./alpha", "plugins")).toEqual({ kind: "relative", path: "alpha" });
  expect(pluginSource("plugins/alpha", "plugins")).toEqual({ kind: "other", text: "plugins/alpha" });
});

test.each([
  [
    { source: "github", repo: "lab/alpha" },
    { kind: "github", repo: "lab/alpha", path: "", ref: null, sha: null },
  ],
  [
    { source: "github", repo: "lab/alpha", ref: "v1", sha: SHA, path: "ignored" },
    { kind: "github", repo: "lab/alpha", path: "", ref: "v1", sha: SHA },
  ],
  [
    { source: "url", url: "https://h/x.git" },
    { kind: "git", url: "https://h/x.git", path: "", ref: null, sha: null },
  ],
  [
    { source: "git-subdir", url: "https://h/x.git", path: "./tools/alpha/", sha: SHA },
    { kind: "git", url: "https://h/x.git", path: "tools/alpha", ref: null, sha: SHA },
  ],
  [
    { source: "git-subdir", url: "https://h/x.git", path: "../alpha" },
    { kind: "escaping", path: "../alpha" },
  ],
  [
    { source: "npm", package: "@lab/alpha", version: "^1" },
    { kind: "npm", package: "@lab/alpha", version: "^1" },
  ],
  [
    { source: "npm", package: "alpha" },
    { kind: "npm", package: "alpha", version: null },
  ],
  [
    { source: "archive", url: "https://h/x.zip" },
    { kind: "other", text: "archive" },
  ],
  [
    { source: "github", repo: "lab/alpha", sha: "012345" },
    { kind: "other", text: "github" },
  ],
  [
    { source: "github", repo: 3 },
    { kind: "other", text: "github" },
  ],
  [{ repo: "lab/alpha" }, { kind: "other", text: "object" }],
  [undefined, { kind: "other", text: "undefined" }],
  [7, { kind: "other", text: "number" }],
])("%o", (value, source) => {
  expect(pluginSource(value, undefined)).toEqual(source);
});
