import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { check, type Examination, worst } from "#commands/doctor/check.ts";
import { doctorText, summaryText } from "#commands/doctor/doctor-text.ts";
import { examine } from "#commands/doctor/examine.ts";
import { redactedChecks, redactedLine } from "#commands/doctor/redact-report.ts";
import { examinedStage } from "#test/examined.ts";

const signal = new AbortController().signal;
const never = (): Promise<never> => new Promise(() => undefined);

test("a check that hangs or throws is unknown, with the reason, and hides no other", async () => {
  const examinations: readonly Examination[] = [
    { id: "hangs", limitMs: 20, run: never },
    {
      id: "throws",
      limitMs: 1_000,
      run: async () => {
        throw new Error("the disk is on fire");
      },
    },
    { id: "works", limitMs: 1_000, run: async () => [check("works", "ok", { what: "Well" })] },
  ];
  const found = await examine(examinations, examinedStage().examined, signal);
  expect(found.map(({ id, state }) => [id, state])).toEqual([
    ["hangs", "unknown"],
    ["throws", "unknown"],
    ["works", "ok"],
  ]);
  expect(found[0]?.detail).toEqual(["it was given up after 0.02 s"]);
  expect(found[1]?.detail.join()).toContain("the disk is on fire");
});

test("what a check started is told to end when its limit is over", async () => {
  let told: unknown;
  const run: Examination["run"] = async (_examined, limit) => {
    limit.addEventListener("abort", () => (told = limit.reason));
    return await never();
  };
  await examine([{ id: "hangs", limitMs: 20, run }], examinedStage().examined, signal);
  expect(told).toMatchObject({ message: "the check is over" });
});

test("a person who ends it sees no report", async () => {
  const ended = AbortSignal.abort(new Error("ended by SIGINT"));
  await expect(examine([], examinedStage().examined, ended)).rejects.toThrow("ended by SIGINT");
});

test("the report is one aligned block, what to do below its line, the summary last", () => {
  const checks = [
    check("hooks", "ok", { what: "Registered: user", detail: ["user: a file"] }),
    check("account", "broken", { what: "Codex is not signed in", next: "Run `codex login`." }),
    check("claude", "unknown", { what: "It could not be checked" }),
    check("state", "warning", { what: "Writable" }),
  ];
  expect(doctorText("heading", checks, false)).toBe(`heading

ok       hooks    Registered: user
                  user: a file
broken   account  Codex is not signed in
                  next: Run \`codex login\`.
unknown  claude   It could not be checked
warning  state    Writable

not ready: 1 broken, 1 not checked, 1 warning, 1 ok
`);
  expect(doctorText("heading", checks, true)).toContain("\u001b[31mbroken");
  expect(summaryText(checks.slice(2))).toBe("not known to be ready: 1 not checked, 1 warning, 0 ok");
  expect(summaryText(checks.slice(0, 1))).toBe("ready: 1 ok");
  expect(worst([])).toBe("ok");
  expect(worst(["ok", "warning", "unknown"])).toBe("unknown");
});

const SECRET = `sk-proj-${"a1B2c3D4".repeat(6)}`;

test.each([
  ["the home folder", "in /home/ann/.claude and /home/ann", "in ~/.claude and ~"],
  [
    "but no other that begins like it",
    "/home/annette, /home/ann.old, /srv/home/ann/x",
    "/home/annette, /home/ann.old, /srv/home/ann/x",
  ],
  ["a mail address", "signed in as ann.b+c@mail.example.org", "signed in as a…@mail.example.org"],
  ["control characters", "a\u001b[31mred\nline\u0007", "ared line"],
])("%s does not leave the machine as it is", (_what, text, expected) => {
  expect(redactedLine(text, { home: "/home/ann", platform: "linux" })).toBe(expected);
});

test("nor does a secret, and Windows has homes too", () => {
  const line = redactedLine(`OPENAI_API_KEY=${SECRET}`, { home: "/home/ann", platform: "linux" });
  expect(line).not.toContain(SECRET.slice(8));
  const home = "C:\\Users\\Ann";
  expect(redactedLine("C:\\Users\\Ann\\.codex, C:\\Users\\Anna", { home, platform: "win32" })).toBe(
    "~\\.codex, C:\\Users\\Anna",
  );
  expect(redactedLine("/etc/x", { home: "/", platform: "linux" })).toBe("/etc/x");
});

test("a home that is a link is not shown by its real path either", () => {
  const { root } = examinedStage();
  symlinkSync(join(root, "home"), join(root, "link"));
  const told = check("hooks", "ok", {
    what: `${join(root, "link")}/a and ${join(root, "home")}/b`,
    detail: [join(root, "home")],
    next: `Look into ${join(root, "link")}.`,
  });
  expect(redactedChecks([told], { home: join(root, "link"), platform: "linux" })).toEqual([
    { id: "hooks", state: "ok", what: "~/a and ~/b", detail: ["~"], next: "Look into ~." },
  ]);
});
