import { expect, test } from "vitest";
import { assigned } from "#audit/claims/assignment.ts";

test("no run is given twice, and as many claims as can be have one", () => {
  expect([...assigned([["a"], ["a"]])]).toEqual([[0, "a"]]);
  expect([...assigned([["a", "b"], ["a"]])].sort()).toEqual([
    [0, "b"],
    [1, "a"],
  ]);
  expect(assigned([["a", "b"], ["a", "b"], ["b", "c"], []]).size).toBe(3);
  expect(assigned([]).size).toBe(0);
});
