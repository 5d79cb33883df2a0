import { describe, expect, test } from "vitest";
import { cellsOf, fitted } from "#commands/progress/fitted.ts";

describe("fitted", () => {
  test("leaves what fits, and cuts the rest behind an ellipsis", () => {
    expect(fitted("npm test", 8)).toBe("npm test");
    expect(fitted("npm run test", 9)).toBe("npm run…");
  });

  test("never takes more cells than it may, whatever the letters", () => {
    for (const text of ["日本語のファイル名.ts", "👩‍👩‍👧‍👦 family", "e\u0301te\u0301", "плохо"]) {
      for (let cells = 0; cells < 24; cells += 1)
        expect(cellsOf(fitted(text, cells))).toBeLessThanOrEqual(cells);
    }
  });

  test("cuts no character in two", () => {
    expect(fitted("😀😀😀😀", 6)).toBe("😀😀…");
  });
});
