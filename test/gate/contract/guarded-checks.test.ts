import { expect, test } from "vitest";
import { guardOf } from "#gate/contract/guarded-checks.ts";
import { contractOf } from "#test/contract-values.ts";

test("nothing is guarded unless the contract says so", () => {
  expect(guardOf(contractOf({ outputs: [{ path: "a" }] }))).toBeUndefined();
});

test.each([
  [
    { paths: ["src/**", "*.lock"] },
    ["src/a/b.ts", "yarn.lock", "src/.hidden"],
    ["lib/a.ts", "sub/yarn.lock"],
  ],
  [{ paths: ["src", "lib/*"] }, ["src", "src/a/b.ts", "lib/a/.b"], ["srcs", "a/src/b", "lib"]],
  [{ othersUnchanged: true }, ["a", "src/a"], []],
])("%j guards its files", (prohibitions, guarded, others) => {
  const guards = guardOf(contractOf({ prohibitions }));
  expect(guarded.map((path) => guards?.(path))).toEqual(guarded.map(() => true));
  expect(others.map((path) => guards?.(path))).toEqual(others.map(() => false));
});
