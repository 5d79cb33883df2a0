import { describe, expect, test } from "vitest";
import { type Deeds, voidOf } from "#gate/verdict/void-verdict.ts";

const READ_ONLY = { kind: "read-only" } as const;

function turn(changes: Partial<Deeds> = {}): Deeds {
  return {
    commands: [{ command: "cat a.ts", outsideSandbox: false }],
    leftRunning: [],
    fileChanges: [],
    foreignTools: [],
    ...changes,
  };
}

describe("voidOf", () => {
  test("lets a review stand that only read", () => {
    expect(voidOf([turn(), turn({ commands: [] })], [READ_ONLY, READ_ONLY])).toBeUndefined();
  });

  test("lets a review stand whose patch was refused", () => {
    expect(
      voidOf([turn({ fileChanges: [{ kind: "tried", paths: ["/r/a"] }] })], [READ_ONLY]),
    ).toBeUndefined();
  });

  test("lets a review stand of whose sandbox nothing is on record", () => {
    expect(voidOf([turn()], [{ kind: "unknown" }])).toBeUndefined();
    expect(voidOf([turn()], [])).toBeUndefined();
  });

  test("voids a review in which a file was written, in whichever turn", () => {
    const wrote = turn({ fileChanges: [{ kind: "written", paths: ["/r/a", "/r/b"] }] });
    expect(voidOf([turn(), wrote], [READ_ONLY, READ_ONLY])).toEqual({
      kind: "reviewer-wrote",
      detail: "/r/a, /r/b",
    });
  });

  test("names what was written before what let it", () => {
    const wrote = turn({ fileChanges: [{ kind: "written", paths: ["/r/a"] }] });
    expect(voidOf([wrote], [{ kind: "writable", detail: "x" }])?.kind).toBe("reviewer-wrote");
  });

  test("names a few of many files, each once", () => {
    const paths = ["1", "1", "2", "3", "4", "5"];
    const wrote = turn({ fileChanges: [{ kind: "written", paths }] });
    expect(voidOf([wrote], [])).toMatchObject({ detail: "1, 2, 3, and 2 more" });
  });

  test.each<[string, Deeds, string]>([
    [
      "a command of another client",
      turn({ commands: [{ command: "touch x", outsideSandbox: true }] }),
      "touch x",
    ],
    [
      "one that was left running",
      turn({ leftRunning: [{ command: { command: "sleep 9", outsideSandbox: true } }] }),
      "sleep 9",
    ],
    ["a foreign tool", turn({ foreignTools: ["db/drop"] }), "db/drop"],
  ])("voids a review with %s", (_what, deeds, detail) => {
    expect(voidOf([deeds], [READ_ONLY])).toEqual({ kind: "reviewer-unsandboxed", detail });
  });

  test("voids a review of which one turn was not read-only", () => {
    const open = { kind: "writable", detail: "danger-full-access" } as const;
    expect(voidOf([turn(), turn()], [READ_ONLY, open])).toEqual({
      kind: "reviewer-unsandboxed",
      detail: "danger-full-access",
    });
  });
});
