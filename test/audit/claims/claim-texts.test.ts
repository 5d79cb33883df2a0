import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ClaimVerdict } from "#audit/claims/claim-verdict.ts";
import { claimsExitCode } from "#audit/claims/claims-exit-code.ts";
import { REASON_TEXTS } from "#audit/claims/reason-texts.ts";
import { callClaim } from "#test/claim-values.ts";

const PAGES = "docs/claims";

test("every reason has a page, and every page a reason", () => {
  const pages = readdirSync(PAGES).filter((name) => name !== "README.md");
  expect(pages.sort()).toEqual(
    Object.keys(REASON_TEXTS)
      .map((why) => `${why}.md`)
      .sort(),
  );
});

test.each(Object.entries(REASON_TEXTS))(
  "%s: its page says what the audit says",
  (why, { title, means, next }) => {
    const text = readFileSync(`${PAGES}/${why}.md`, "utf8");
    expect(text.split("\n")[0]?.toLowerCase()).toBe(`# ${title}`.toLowerCase());
    for (const part of [`\`${why}\``, means, next]) expect(text).toContain(part);
    expect(readFileSync(`${PAGES}/README.md`, "utf8").replaceAll(/ +/g, " ")).toContain(
      `| [${why}](${why}.md) | `,
    );
    for (const sentence of [means, next]) expect(sentence).toMatch(/^[A-Z].*\.$/);
  },
);

test("the exit code is that of the worst", () => {
  const of = (...verdicts: readonly ClaimVerdict[]) =>
    claimsExitCode(
      verdicts.map((verdict) => ({ id: "c1", claim: callClaim(1), verdict, checks: [], rests: [] })),
      false,
    );
  const backed = { kind: "backed", runs: [] } as const;
  const unknowable = { kind: "unknowable", why: "ephemeral", runs: [] } as const;
  expect(of()).toBe(0);
  expect(of(backed)).toBe(0);
  expect(of(backed, unknowable)).toBe(2);
  expect(of(unknowable, { kind: "partly", why: "run-failed", runs: [] })).toBe(1);
  expect(of(unknowable, { kind: "unbacked", why: "denied", runs: [] })).toBe(1);
  expect(claimsExitCode([], true)).toBe(1);
});
