import { expect, test } from "vitest";
import { sandboxOf } from "#gate/contract/sandbox-of.ts";
import { contractOf } from "#test/contract-values.ts";

test.each([
  [{}, "read-only", /nothing/],
  [{ tools: { allowed: ["shell"] } }, "read-only", /nothing/],
  [{ sandbox: "read-only" }, "read-only", /nothing/],
  [{ generates: { images: 2, copyTo: ["a.png"] } }, "read-only", /nothing/],
  [{ outputs: [{ path: "a/b" }] }, "workspace-write", /^a\/b is to be written/],
  [{ sandbox: "workspace-write" }, "workspace-write", /asks for edits/],
  [{ tools: { allowed: ["edit"] } }, "workspace-write", /asks for edits/],
  [{ tools: { required: ["edit"] } }, "workspace-write", /asks for edits/],
])("%j needs %s and no more", (contract, mode, reason) => {
  const sandbox = sandboxOf(contractOf(contract), undefined);
  expect(sandbox).toEqual({ mode, reason: expect.stringMatching(reason) });
});

test("full access is given by a person with a reason, and by no contract", () => {
  expect(sandboxOf(contractOf({}), { reason: "needs docker" })).toEqual({
    mode: "danger-full-access",
    reason: "needs docker",
  });
});
