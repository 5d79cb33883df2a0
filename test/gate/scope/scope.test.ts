import { describe, expect, test } from "vitest";
import {
  coverageGaps,
  coverageLine,
  hasNotes,
  isPartial,
  notCoveredText,
  omittedForSize,
} from "#gate/scope/coverage.ts";
import { fullPatch } from "#gate/scope/full-patch.ts";
import { scopeOf } from "#gate/scope/scope.ts";
import { changeOf, emptyCoverage, fileChange, objectId } from "#test/review-values.ts";

const LIMITS = { maxDiffBytes: 10_000, exclude: [] };

/** A patch of one-line hunks, each `size` bytes and a head long. */
function patch(path: string, hunks: number, size: number): string {
  const head = `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n`;
  const hunk = (index: number) => `@@ -${index * 10 + 1} +${index * 10 + 1} @@\n-a\n+${"x".repeat(size)}\n`;
  return head + Array.from({ length: hunks }, (_none, index) => hunk(index)).join("");
}

function sized(path: string, size: number, hunks = 1) {
  return fileChange({ path, patch: patch(path, hunks, size) });
}

function why(path: string, exclude: readonly string[] = [], oldPath?: string): string {
  const { coverage } = scopeOf(changeOf([fileChange({ path, oldPath })]), { ...LIMITS, exclude });
  return coverage.notCovered[0]?.why ?? "shown";
}

describe("scopeOf", () => {
  test("shows everything that fits, with the blobs that a signature is about", () => {
    const scope = scopeOf(
      changeOf([fileChange(), fileChange({ path: "b", kind: "deleted", newBlob: undefined })]),
      LIMITS,
    );
    expect(scope).toMatchObject({ kind: "shown", coverage: { partly: [], notCovered: [], rules: [] } });
    expect(scope.coverage.shown).toEqual([
      {
        path: "src/total.ts",
        oldPath: null,
        kind: "modified",
        oldBlob: objectId("1"),
        newBlob: objectId("2"),
        baselineLost: false,
      },
      {
        path: "b",
        oldPath: null,
        kind: "deleted",
        oldBlob: objectId("1"),
        newBlob: null,
        baselineLost: false,
      },
    ]);
    expect(isPartial(scope.coverage)).toBe(false);
  });

  test("marks a file whose old content is gone", () => {
    const { coverage } = scopeOf(changeOf([fileChange({ baselineLost: true, oldBlob: undefined })]), LIMITS);
    expect(coverage.shown[0]).toMatchObject({ baselineLost: true, oldBlob: null });
  });

  test("takes a pointer of Git LFS for no content, and nothing else for a pointer", () => {
    const pointer = (oid: string) => [
      "version https://git-lfs.github.com/spec/v1",
      `oid sha256:${oid.repeat(64)}`,
      "size 5",
    ];
    const added = (lines: readonly string[]) =>
      `diff --git a/x b/x\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join("")}`;
    const [version = "", old = "", size = ""] = pointer("a");
    const moved = `diff --git a/x b/x\n@@ -1,3 +1,3 @@\n ${version}\n-${old}\n+${pointer("b")[1]}\n ${size}\n`;
    const gone = `diff --git a/x b/x\n@@ -1,3 +0,0 @@\n-${version}\n-${old}\n-${size}\n`;
    const patches = [
      added(pointer("a")),
      moved,
      gone,
      added([...pointer("a"), "evil()"]),
      added([old, size]),
      added([...pointer("a"), `ext-0-x ${"y".repeat(5_000)}`]),
    ];
    const change = changeOf(patches.map((patch, index) => fileChange({ path: `${index}.bin`, patch })));
    const { coverage } = scopeOf(change, LIMITS);
    expect(coverage.notCovered).toEqual(
      ["0.bin", "1.bin"].map((path) => ({ path, oldPath: null, why: "kept-elsewhere" })),
    );
    expect(isPartial(coverage)).toBe(true);
    expect(coverageLine(coverage)).toContain("2 not covered (2 kept by Git LFS)");
  });

  test("names binary files, and those without any text to show", () => {
    const files = [
      fileChange({ path: "a.png", binary: true, patch: "" }),
      fileChange({ path: "odd", patch: "" }),
    ];
    const scope = scopeOf(changeOf(files), LIMITS);
    expect(scope.kind).toBe("nothing-to-show");
    expect(scope.coverage.notCovered.map((file) => file.why)).toEqual(["binary", "binary"]);
  });

  test("names what git cannot hold, and says which hiding rules changed", () => {
    const opaque = (["giant", "nested-repository", "submodule", "not-addable"] as const).map((kind) => ({
      path: kind,
      kind,
      state: "s",
    }));
    const scope = scopeOf(changeOf([], { opaque, rules: ["excludes"] }), LIMITS);
    expect(scope.kind).toBe("nothing-to-show");
    expect(scope.coverage.notCovered).toEqual(
      opaque.map(({ path, kind }) => ({ path, oldPath: null, why: kind })),
    );
    expect(scope.coverage.rules).toEqual(["excludes"]);
  });

  test("shows nothing of an empty change", () => {
    expect(scopeOf(changeOf([]), LIMITS)).toEqual({ kind: "nothing-to-show", coverage: emptyCoverage() });
  });

  test("drops generated and lock files first, whatever their size", () => {
    const files = [sized("src/big.ts", 6000), sized("package-lock.json", 3000), sized("go.sum", 3500)];
    const { coverage } = scopeOf(changeOf(files), LIMITS);
    expect(coverage.shown.map(({ path }) => path)).toEqual(["src/big.ts", "package-lock.json"]);
    expect(coverage.notCovered).toEqual([{ path: "go.sum", oldPath: null, why: "over-budget" }]);
  });

  test("then the largest, and keeps the change's own order for what it shows", () => {
    const files = [sized("b.ts", 5000), sized("c.ts", 7000), sized("a.ts", 4000)];
    const scope = scopeOf(changeOf(files), LIMITS);
    expect(scope.coverage.shown.map(({ path }) => path)).toEqual(["b.ts", "a.ts"]);
    expect(scope.coverage.notCovered).toEqual([{ path: "c.ts", oldPath: null, why: "over-budget" }]);
    expect(scope).toMatchObject({ files: [{ file: { path: "b.ts" } }, { file: { path: "a.ts" } }] });
  });

  test("shows a file in part, up to the last hunk that fits, and says so", () => {
    const scope = scopeOf(changeOf([sized("big.ts", 3000, 5), sized("small.ts", 500)]), LIMITS);
    expect(scope.coverage.partly).toMatchObject([
      { path: "big.ts", hunks: 3, of: 5, newBlob: objectId("2") },
    ]);
    if (scope.kind !== "shown") throw new Error("nothing shown");
    const [big] = scope.files;
    expect(big?.patch).toBe(patch("big.ts", 3, 3000));
    expect(isPartial(scope.coverage)).toBe(true);
  });

  test("tells a file that could never fit from one that found no room", () => {
    const line = fileChange({ path: "min.ts", patch: `@@ -1 +1,2 @@\n a\n+${"x".repeat(20_000)}\n` });
    const one = scopeOf(changeOf([line]), LIMITS);
    expect(one.coverage.notCovered).toMatchObject([{ why: "too-large" }]);
    expect(one.kind).toBe("nothing-to-show");
    expect(omittedForSize(one.coverage)).toEqual(["min.ts"]);
  });

  test("counts bytes, not characters", () => {
    const { coverage } = scopeOf(changeOf([fileChange({ patch: "é".repeat(6000) })]), LIMITS);
    expect(coverage.notCovered).toMatchObject([{ why: "too-large" }]);
  });

  test("shows first what an earlier review left out for its size, under either name", () => {
    const files = [sized("a.ts", 4000), sized("go.sum", 5000), sized("b.ts", 4500)];
    const first = new Set(["go.sum"]);
    const { coverage } = scopeOf(changeOf(files), { ...LIMITS, first });
    expect(coverage.shown.map(({ path }) => path)).toEqual(["a.ts", "go.sum"]);
    expect(omittedForSize(coverage)).toEqual(["b.ts"]);
    const renamed = [...files, { ...sized("new.ts", 9000), oldPath: "go.sum" }];
    expect(scopeOf(changeOf(renamed), { ...LIMITS, first }).coverage.shown.map(({ path }) => path)).toEqual([
      "a.ts",
      "go.sum",
    ]);
  });

  test("cuts a hunk that alone is larger than the budget, and no other", () => {
    const lines = (number: number) => `@@ -0,0 +1,${number} @@\n${"+0123456789\n".repeat(number)}`;
    const huge = fileChange({ path: "huge.ts", kind: "added", patch: lines(2000) });
    const { coverage } = scopeOf(changeOf([huge]), LIMITS);
    expect(coverage.partly).toMatchObject([{ path: "huge.ts", hunks: 0, of: 1, lines: 831 }]);
    expect(coverageGaps(coverage)).toEqual(["huge.ts: 0 of 1 hunks and 831 lines of the next shown"]);
    expect(omittedForSize(coverage)).toEqual(["huge.ts"]);
    const second = scopeOf(changeOf([huge, sized("a.ts", 9990)]), LIMITS).coverage;
    expect(second.shown).toEqual([]);
    const fits = fileChange({ path: "fits.ts", patch: lines(800) });
    const none = scopeOf(changeOf([fits, sized("a.ts", 4000)]), LIMITS).coverage;
    expect(none.notCovered).toEqual([{ path: "fits.ts", oldPath: null, why: "over-budget" }]);
    const type = scopeOf(changeOf([{ ...huge, kind: "type-changed" }]), LIMITS).coverage;
    expect(type.notCovered).toMatchObject([{ why: "too-large" }]);
  });

  test("replaces values, says where, and keeps what stands there for the signature", () => {
    const file = fileChange({ patch: "@@ -1 +1,2 @@\n a\n+PASSWORD=hunter2\n" });
    const scope = scopeOf(changeOf([file, fileChange({ path: "b" })]), LIMITS);
    if (scope.kind !== "shown") throw new Error("nothing shown");
    expect(scope.files[0]?.patch).toBe("@@ -1 +1,2 @@\n a\n+PASSWORD=[redacted: password]\n");
    expect(scope.files[0]?.plain).toBe(file.patch);
    expect(scope.coverage.redacted).toEqual([{ path: "src/total.ts", values: 1 }]);
    expect(isPartial(scope.coverage)).toBe(false);
  });

  test("never sends more than the limit, however much the marks add", () => {
    const hunk = "@@ -1 +1 @@\n-PWD=hunter2\n+PWD=hunter3\n";
    const grown = hunk.replace(/hunter\d/g, "[redacted: password]");
    const scope = scopeOf(changeOf([fileChange({ patch: hunk.repeat(20) })]), {
      maxDiffBytes: grown.length * 4,
      exclude: [],
    });
    expect(scope).toMatchObject({ files: [{ patch: grown.repeat(4), plain: hunk.repeat(4) }] });
    expect(scope.coverage).toMatchObject({
      partly: [{ hunks: 4, of: 20, lines: 0 }],
      redacted: [{ values: 8 }],
    });
  });

  test("waits for more room where only the marks are too much", () => {
    const late = fileChange({
      path: "b",
      patch: `@@ -1 +1,22 @@\n a\n+PWD=hunter2\n${"+x\n".repeat(20)}`,
    });
    const early = fileChange({ path: "a", patch: `@@ -1 +1 @@\n-${"y".repeat(40)}\n+z\n` });
    const maxDiffBytes = early.patch.length + late.patch.length + 5;
    const { coverage } = scopeOf(changeOf([early, late]), { maxDiffBytes, exclude: [] });
    expect(coverage.notCovered).toEqual([{ path: "b", oldPath: null, why: "over-budget" }]);
  });

  test("a change of 20 MB in 5,000 files is bounded, and nothing of it is lost", () => {
    const files = Array.from({ length: 5000 }, (_none, index) => sized(`src/f${index}.ts`, 4000));
    const scope = scopeOf(changeOf(files), { maxDiffBytes: 262_144, exclude: ["docs/**"] });
    const { coverage } = scope;
    expect(coverage.shown.length + coverage.partly.length + coverage.notCovered.length).toBe(5000);
    expect(coverage.notCovered.every(({ why }) => why === "over-budget")).toBe(true);
    expect(coverageGaps(coverage)).toHaveLength(101);
    expect(coverageLine(coverage).length).toBeLessThan(200);
    expect(fullPatch(changeOf(files), { exclude: [] })).toContain("### The end: 5000 files.\n");
  });

  test("never shows more than Codex takes, whatever the configuration says", () => {
    const files = Array.from({ length: 20 }, (_none, index) => sized(`f${index}.ts`, 100_000));
    const scope = scopeOf(changeOf(files), { maxDiffBytes: 50_000_000, exclude: [] });
    if (scope.kind !== "shown") throw new Error("nothing shown");
    expect(scope.files.length).toBe(7);
  });

  test("never sends more than the limit, for thousands of files too", () => {
    const files = Array.from({ length: 5000 }, (_none, index) => sized(`f${index}.ts`, 4000));
    const scope = scopeOf(changeOf(files), LIMITS);
    if (scope.kind !== "shown") throw new Error("nothing shown");
    expect(scope.files.reduce((sum, { patch }) => sum + patch.length, 0)).toBeLessThanOrEqual(10_000);
    expect(scope.coverage.shown.length + scope.coverage.notCovered.length).toBe(5000);
  });
});

describe("what is never sent", () => {
  test.each([
    ".env",
    "app/.env.production",
    "production.env",
    ".envrc",
    "certs/server.PEM",
    "id_ed25519",
    ".ssh/id_rsa",
    ".npmrc",
    "deploy/credentials",
    "config/secrets.yaml",
    "service-account-prod.json",
    "terraform.tfstate",
    "config/master.key",
    ".env.local",
    "cert.pfx",
    "vault.kdbx",
    ".aws/config",
    "home/.ssh/config",
    "id_rsa_work",
    ".terraform/terraform.tfstate",
    "credentials.tfrc.json",
    "config/secrets.prod.yaml",
    "app-firebase-adminsdk-x1.json",
    ".my.cnf",
    ".pgpass",
    ".vault-token",
  ])("%s looks like a secret", (path) => {
    expect(why(path)).toBe("secret-looking");
    expect(why("plain.txt", [], path)).toBe("secret-looking");
  });

  test.each([
    ".env.example",
    "src/secrets.ts",
    "id_rsa.pub",
    "src/credentials.ts",
    "keyboard.ts",
    "src/env.ts",
    "wp-config.php",
    "application-prod.properties",
    "locales/en/auth.json",
    ".aws/config.example",
  ])("%s does not", (path) => {
    expect(why(path)).toBe("shown");
  });

  test.each([
    ["docs/a.md", "docs/**"],
    ["docs/a.md", "docs"],
    ["docs/a.md", "docs/"],
    ["src/docs/a.md", "docs"],
    ["src/deep/a.sql", "*.sql"],
    ["src/deep/a.sql", "src/deep"],
    ["src/deep/a.sql", "/src/**/*.sql"],
    ["src/.hidden/a.ts", "src/**/*.ts"],
    [".github/workflows/ci.yml", "**"],
    ["src/a.ts", "src/*.{js,ts}"],
    [".cache/x", "{.cache,.tmp}/**"],
  ])("%s is excluded by %s", (path, glob) => {
    expect(why(path, [glob])).toBe("excluded");
    expect(why("other.txt", [glob === "**" ? "zzz" : glob], path)).toBe(glob === "**" ? "shown" : "excluded");
  });

  test.each([
    ["docs2/a.md", "docs"],
    ["src/a/b.ts", "src/*.ts"],
    ["src/docs/a.md", "/docs/**"],
    ["a.sql.ts", "*.sql"],
  ])("%s is not excluded by %s", (path, glob) => {
    expect(why(path, [glob])).toBe("shown");
  });
});

describe("the coverage in words", () => {
  const file = {
    path: "a.ts",
    oldPath: null,
    kind: "added",
    oldBlob: null,
    newBlob: null,
    baselineLost: false,
  } as const;
  const mixed = emptyCoverage({
    shown: [file],
    partly: [{ ...file, path: "b\u001b[31m.ts", hunks: 1, of: 3, lines: 0 }],
    notCovered: [
      { path: "x.png", oldPath: null, why: "binary" },
      { path: "y.png", oldPath: null, why: "binary" },
      { path: "z\nrequest_id: 1", oldPath: null, why: "excluded" },
    ],
    rules: ["excludes"],
  });

  test("fits on one line", () => {
    expect(coverageLine(emptyCoverage({ shown: [file, file] }))).toBe("2 files shown");
    expect(coverageLine(mixed)).toBe(
      "1 file shown, 1 shown in part, 3 not covered (2 binary, 1 excluded by configuration), git's excludes rules changed, so edits may be out of sight",
    );
  });

  test("says what was replaced and whose work was left out, without calling it partial", () => {
    const noted = emptyCoverage({
      shown: [file],
      redacted: [
        { path: "a.ts", values: 1 },
        { path: "b.ts", values: 2 },
      ],
      leftOut: [{ path: "c.ts", by: "session s2" }],
      uncertain: [
        { path: "a.ts", why: "both wrote it" },
        { path: "d.ts", why: "a shell ran" },
      ],
    });
    expect(isPartial(noted)).toBe(false);
    expect(hasNotes(noted)).toBe(true);
    expect(hasNotes(emptyCoverage({ shown: [file] }))).toBe(false);
    expect(coverageLine(noted)).toBe(
      "1 file shown, 3 secret-looking values redacted, 1 file left out as another session's, 2 files may hold another session's work",
    );
    expect(coverageGaps(noted)).toEqual([
      "a.ts: 1 secret-looking value redacted",
      "b.ts: 2 secret-looking values redacted",
      "c.ts: left out, work of session s2",
      "a.ts: may hold another session's work, both wrote it",
      "d.ts: may hold another session's work, a shell ran",
    ]);
  });

  test("a change that is counted from a commit, for its baseline is gone, is signed partly and says so", () => {
    const { coverage } = scopeOf(changeOf([fileChange()]), { ...LIMITS, countedFrom: objectId("1") });
    expect(isPartial(coverage)).toBe(true);
    expect(coverageLine(coverage)).toBe(
      "1 file shown, counted from commit 111111111111, for the private object store with its baseline was removed",
    );
    expect(coverageLine(emptyCoverage({ countedFrom: null }))).toContain("counted from nothing,");
  });

  test("another's file is no gap, whichever list names it", () => {
    const others = emptyCoverage({
      notCovered: [
        { path: "c.ts", oldPath: null, why: "anothers" },
        { path: "d.ts", oldPath: null, why: "anothers" },
      ],
      leftOut: [{ path: "c.ts", by: "session s2" }],
    });
    expect(isPartial(others)).toBe(false);
    expect(coverageLine(others)).toBe("0 files shown, 2 files left out as another session's");
    expect(coverageGaps(others)).toEqual([
      "c.ts: left out, work of session s2",
      "d.ts: left out, work of another session",
    ]);
    expect(notCoveredText("anothers")).toBe("another session's work");
    expect(notCoveredText("of a\nlater version")).toBe("of a later version");
  });

  test("hands on what the attribution says", () => {
    const leftOut = [{ path: "c.ts", by: "s2" }];
    const uncertain = [{ path: "src/total.ts", why: "w" }];
    expect(scopeOf(changeOf([fileChange()]), { ...LIMITS, leftOut, uncertain }).coverage).toMatchObject({
      leftOut,
      uncertain,
    });
  });

  test("lists each gap on one safe line", () => {
    expect(coverageGaps(mixed)).toEqual([
      "b.ts: 1 of 3 hunks shown",
      "x.png: not shown, binary",
      "y.png: not shown, binary",
      "z request_id: 1: not shown, excluded by configuration",
    ]);
  });

  test("lists a hundred gaps and counts the rest", () => {
    const notCovered = Array.from({ length: 150 }, () => ({
      path: "p",
      oldPath: null,
      why: "giant" as const,
    }));
    const gaps = coverageGaps(emptyCoverage({ notCovered }));
    expect(gaps).toHaveLength(101);
    expect(gaps.at(-1)).toBe("and 50 more");
  });
});

test("file modes are told where a file is or was no plain one", () => {
  const modesOf = (oldMode: string, newMode: string) =>
    scopeOf(changeOf([fileChange({ oldMode, newMode })]), LIMITS).coverage.shown[0]?.modes;
  expect(modesOf("100644", "100644")).toBeUndefined();
  expect(modesOf("000000", "100644")).toBeUndefined();
  expect(modesOf("100644", "100755")).toEqual({ old: "100644", new: "100755" });
  expect(modesOf("120000", "000000")).toEqual({ old: "120000", new: "000000" });
});
