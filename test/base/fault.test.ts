import { expect, test } from "vitest";
import { errorCode, errorText, Fault } from "#base/fault.ts";

test("a fault carries its failure as plain data and keeps its cause", () => {
  const cause = new Error("below");
  const fault = new Fault({ kind: "broken" }, { cause });
  expect(fault.failure).toEqual({ kind: "broken" });
  expect(fault).toMatchObject({ name: "Fault", message: "broken", cause });
  const failure = { kind: "git-failed", exitCode: 128, detail: "", issues: ["a", "b"], at: undefined };
  expect(new Fault(failure).message).toBe("git-failed: 128, a,b");
});

test("anything that was thrown has a text, and a code where the system gave one", () => {
  expect([errorText(new Error("a")), errorText("b"), errorText(undefined)]).toEqual(["a", "b", "undefined"]);
  expect(errorCode(Object.assign(new Error("x"), { code: "ENOENT" }))).toBe("ENOENT");
  expect([
    errorCode(Object.assign(new Error("x"), { code: 5 })),
    errorCode(new Error("x")),
    errorCode({ code: "E" }),
  ]).toEqual([undefined, undefined, undefined]);
});
