import { userInfo } from "node:os";
import { expect, test } from "vitest";
import { settleHome } from "#base/home-folder.ts";

test("HOME is the home folder where it is a place", () => {
  const environment = { HOME: "/somewhere" };
  expect(settleHome(environment, "linux")).toBe("/somewhere");
  expect(environment).toEqual({ HOME: "/somewhere" });
});

test.each([{}, { HOME: "" }, { HOME: "rel" }, { HOME: "./a/b" }])("%j is put right", (environment) => {
  const { homedir } = userInfo();
  expect(settleHome(environment, "linux")).toBe(homedir);
  expect(environment).toEqual({ HOME: homedir });
});

test("Windows is left to find it in its own ways", () => {
  const environment = {};
  expect(settleHome(environment, "win32")).toBe(userInfo().homedir);
  expect(environment).toEqual({});
});
