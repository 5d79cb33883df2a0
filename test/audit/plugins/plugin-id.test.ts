import { expect, test } from "vitest";
import { marketplaceOf, nameOf } from "#audit/plugins/plugin-id.ts";

test.each([
  ["alpha@lab", "alpha", "lab"],
  ["@scope/alpha@lab", "@scope/alpha", "lab"],
  ["alpha", "alpha", ""],
])("%s is %s of %s", (id, name, marketplace) => {
  expect([nameOf(id), marketplaceOf(id)]).toEqual([name, marketplace]);
});
