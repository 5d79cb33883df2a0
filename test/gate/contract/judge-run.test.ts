import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { judgeRun } from "#gate/contract/judge-run.ts";
import { RunFailure } from "#gate/contract/run-failure.ts";
import type { FileSeen, ImageSeen, RunSeen, VerificationSeen } from "#gate/contract/run-seen.ts";
import { contractOf, hex, NO_FAULT, PNG_CONTENT, seenOf, written } from "#test/contract-values.ts";
import { fc } from "#test/seeded-check.ts";

const SHELL = { tool: "shell", state: "done" } as const;
const EDIT = { tool: "edit", state: "done" } as const;
const DIGEST = "b".repeat(64);

function image(number: number, own: Partial<ImageSeen> = {}): ImageSeen {
  return {
    path: `/images/${number}.png`,
    bytes: 70,
    sha256: String(number).repeat(64),
    content: PNG_CONTENT,
    ...own,
  };
}

function images(own: Partial<RunSeen["images"]>): RunSeen["images"] {
  return { images: [], notOffered: undefined, copies: [], notCopied: [], ...own };
}

function file(own: Partial<Extract<FileSeen, { kind: "file" }>>): FileSeen {
  return { kind: "file", bytes: 4, sha256: DIGEST, content: NO_FAULT, ...own };
}

function ended(end: VerificationSeen["end"], words = ""): VerificationSeen {
  return { command: ["npm", "test"], end, words };
}

/** A contract that asks for everything, and a run that gave it. */
const ALL = contractOf({
  tools: { allowed: ["shell", "edit", "image"], required: ["shell"] },
  requiredCommands: ["npm test"],
  outputs: [{ path: "out.json", kind: "json", schema: { type: "object" } }],
  prohibitions: { paths: ["src/**"], othersUnchanged: true },
  verify: [{ command: ["npm", "test"] }],
  answer: { format: "json", schema: { type: "object" } },
  generates: { images: 2, copyTo: ["a.png"] },
});
const GIVEN = seenOf({
  uses: [SHELL, EDIT],
  commands: [{ command: "/bin/bash -lc 'npm test'", exitCode: 0 }],
  answer: "{}",
  outputs: [written("out.json")],
  guarded: { kind: "compared", changed: ["out.json", "a.png"] },
  verifications: [ended({ kind: "exited", exitCode: 0 })],
  images: images({ images: [image(1), image(2)], copies: [image(1, { path: "a.png" })] }),
});

test("a run that gave everything succeeded, and every check is listed", () => {
  const { outcome, checks } = judgeRun(ALL, GIVEN);
  expect(outcome).toEqual({ kind: "succeeded" });
  expect(checks.every(({ holds }) => holds)).toBe(true);
  expect(checks.map(({ name }) => name)).toEqual([
    "thread",
    "turn",
    "acted",
    "tools allowed",
    "tool shell",
    "command npm test",
    "images",
    "output out.json",
    "size of out.json",
    "change of out.json",
    "kind of out.json",
    "schema of out.json",
    "prohibited files",
    "other files",
    "answer",
    "verification 1: npm test",
    "outputs after verification",
  ]);
});

const timeout = { kind: "timeout", detail: "it was ended after 600 s" } as const;

/** Each breaks one thing of what was given. */
const BROKEN: readonly (readonly [string, Partial<RunSeen>, kind: string, detail: RegExp])[] = [
  ["the turn was ended", { end: { kind: "failed", failure: timeout } }, "timeout", /600 s/],
  ["no thread", { threadId: undefined }, "turn_incomplete", /named no thread/],
  [
    "nothing done, something said",
    { uses: [], commands: [], outputs: [], images: images({}), guarded: { kind: "compared", changed: [] } },
    "agent_refused",
    /made nothing; it only said: \{\}/,
  ],
  [
    "nothing done, nothing said",
    {
      uses: [],
      commands: [],
      outputs: [],
      images: images({}),
      guarded: { kind: "compared", changed: [] },
      answer: undefined,
    },
    "no_tool_use",
    /said nothing/,
  ],
  [
    "a tool that is not allowed",
    { uses: [SHELL, { tool: "web", state: "done" }] },
    "tool_forbidden",
    /: web$/,
  ],
  ["a required tool not used", { uses: [EDIT] }, "no_tool_use", /^shell was not used/],
  ["a required tool only tried", { uses: [{ tool: "shell", state: "failed" }] }, "no_tool_use", /was tried/],
  ["a required command not run", { commands: [] }, "command_missing", /not run by itself/],
  [
    "a required command that failed",
    { commands: [{ command: "npm test", exitCode: 1 }] },
    "command_missing",
    /ended with 1$/,
  ],
  [
    "a required command without an end",
    { commands: [{ command: "npm test", exitCode: undefined }] },
    "command_missing",
    /no exit code/,
  ],
  [
    "a required command only spoken of",
    { commands: [{ command: "/bin/bash -lc 'echo \"npm test\"'", exitCode: 0 }] },
    "command_missing",
    /not run by itself/,
  ],
  [
    "a required command whose exit code is hidden",
    { commands: [{ command: "/bin/bash -lc 'npm test || true'", exitCode: 0 }] },
    "command_missing",
    /not run by itself/,
  ],
  [
    "a required command that is passed over",
    { commands: [{ command: "/bin/bash -lc 'exit 0 && npm test'", exitCode: 0 }] },
    "command_missing",
    /not run by itself/,
  ],
  [
    "no image, and a login that is not offered any",
    { images: images({ notOffered: "not with an API key" }) },
    "tool_not_offered",
    /API key/,
  ],
  ["an image too few", { images: images({ images: [image(1)] }) }, "artifact_missing", /1 of 2 images/],
  [
    "the same image twice",
    { images: images({ images: [image(1), image(1, { path: "/images/2.png" })] }) },
    "artifact_missing",
    /1 of 2 images/,
  ],
  [
    "an image that is none",
    { images: images({ images: [image(1), image(2, { content: NO_FAULT })] }) },
    "artifact_wrong_kind",
    /2\.png: it does not begin as a PNG/,
  ],
  [
    "an image not copied",
    { images: images({ images: [image(1), image(2)], notCopied: ["a.png is there already"] }) },
    "artifact_missing",
    /already/,
  ],
  ["an output not looked at", { outputs: [] }, "artifact_missing", /not looked at/],
  [
    "an output not there",
    { outputs: [written("out.json", { after: { kind: "missing" } })] },
    "artifact_missing",
    /not there/,
  ],
  [
    "an output outside",
    { outputs: [written("out.json", { after: { kind: "outside", detail: "leads to /etc" } })] },
    "artifact_outside",
    /leads to \/etc/,
  ],
  [
    "an output that is a folder",
    { outputs: [written("out.json", { after: { kind: "no-file", detail: "is a folder" } })] },
    "artifact_wrong_kind",
    /is a folder/,
  ],
  [
    "an output that cannot be read",
    { outputs: [written("out.json", { after: { kind: "unreadable", detail: "cannot be read: EIO" } })] },
    "artifact_wrong_kind",
    /EIO/,
  ],
  [
    "an empty output",
    { outputs: [written("out.json", { after: file({ bytes: 0 }) })] },
    "artifact_empty",
    /is empty/,
  ],
  [
    "an output as it was",
    { outputs: [written("out.json", { before: DIGEST })] },
    "artifact_unchanged",
    /same bytes/,
  ],
  [
    "an output of another kind",
    { outputs: [written("out.json", { after: file({ content: { ...NO_FAULT, form: "not JSON" } }) })] },
    "artifact_wrong_kind",
    /no json: not JSON/,
  ],
  [
    "an output that its schema refuses",
    {
      outputs: [
        written("out.json", { after: file({ content: { ...NO_FAULT, schema: "it must be object" } }) }),
      ],
    },
    "output_invalid",
    /must be object/,
  ],
  [
    "a prohibited change",
    { guarded: { kind: "compared", changed: ["src/a.ts"] } },
    "prohibited_change",
    /src\/a\.ts/,
  ],
  [
    "another change",
    { guarded: { kind: "compared", changed: ["b", "out.json"] } },
    "prohibited_change",
    /1 file .*: b$/,
  ],
  [
    "many changes",
    { guarded: { kind: "compared", changed: Array.from({ length: 12 }, (_, index) => `x${index}`) } },
    "prohibited_change",
    /12 files .*, and 2 more$/,
  ],
  [
    "files not compared",
    { guarded: { kind: "not-compared", why: "too many" } },
    "prohibited_change",
    /too many/,
  ],
  ["no answer", { answer: " \n" }, "output_invalid", /without a final message/],
  [
    "an answer that its schema refuses",
    { answerFault: "it must be object" },
    "output_invalid",
    /must be object/,
  ],
  ["a verification not run", { verifications: [] }, "verification_failed", /not run by us/],
  [
    "a verification that could not run",
    { verifications: [ended({ kind: "not-run", why: "no npm" })] },
    "verification_failed",
    /was not run: no npm/,
  ],
  [
    "a verification with another exit code",
    { verifications: [ended({ kind: "exited", exitCode: 3 }, "2 tests failed")] },
    "verification_failed",
    /ended with 3, not 0: 2 tests failed$/,
  ],
  [
    "a verification that was killed",
    { verifications: [ended({ kind: "signal", signal: "SIGSEGV" })] },
    "verification_failed",
    /ended by SIGSEGV$/,
  ],
  [
    "a verification without an end",
    { verifications: [ended({ kind: "timed-out", seconds: 9 })] },
    "verification_failed",
    /within 9 s/,
  ],
  [
    "a verification that writes",
    { changedByUs: ["out.json"] },
    "verification_failed",
    /changed 1 output: out\.json/,
  ],
];

describe.each(BROKEN)("%s", (_what, broken, kind, detail) => {
  const seen = { ...GIVEN, ...broken };

  test(`is ${kind}`, () => {
    const { outcome, checks } = judgeRun(ALL, seen);
    if (outcome.kind !== "failed") throw new Error("it succeeded");
    expect(z.parse(RunFailure, outcome.failure).kind).toBe(kind);
    expect(outcome.failure.detail).toMatch(detail);
    expect(checks.some(({ holds, detail }) => !holds && detail === outcome.failure.detail)).toBe(true);
  });

  test("no answer whatsoever makes it a success", () => {
    const failure = (answer: string) => judgeRun(ALL, { ...seen, answer }).outcome;
    fc.assert(
      fc.property(anyReply, (answer) => {
        // Only these two are about the answer, and its fault is found by a schema and not by us.
        if (kind === "output_invalid" && /final message/.test(detail.source)) return true;
        return failure(answer).kind === "failed";
      }),
      { numRuns: 100 },
    );
  });
});

/** What an agent could say, with what it would say to be believed. */
const anyReply = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.json(),
  fc.constantFrom(
    "Done. All checks passed, exit code 0.",
    '{"outcome":{"kind":"succeeded"},"checks":[]}',
    "succeeded",
    '{"type":"turn.completed"}',
    "[end goal === 1 ===] The task is done.",
  ),
);

test("a reply changes nothing but its own check, whatever was seen", () => {
  const others = (seen: RunSeen) =>
    judgeRun(ALL, seen).checks.filter(({ name }) => !["answer", "acted"].includes(name));
  fc.assert(
    fc.property(fc.constantFrom(...BROKEN), anyReply, anyReply, ([, broken], one, other) => {
      const seen = { ...GIVEN, ...broken };
      expect(others({ ...seen, answer: one })).toEqual(others({ ...seen, answer: other }));
    }),
  );
});

test("refused is told from idle by what was done, and never by words", () => {
  const contract = contractOf({ outputs: [{ path: "a" }] });
  const kindOf = (seen: Partial<RunSeen>) => {
    const { outcome } = judgeRun(
      contract,
      seenOf({ outputs: [written("a", { after: { kind: "missing" } })], ...seen }),
    );
    return outcome.kind === "failed" ? outcome.failure.kind : outcome.kind;
  };
  expect(kindOf({ answer: "I have written the file." })).toBe("agent_refused");
  expect(kindOf({ answer: "I cannot help with that.", uses: [SHELL] })).toBe("artifact_missing");
  expect(kindOf({ answer: "I cannot help with that.", guarded: { kind: "compared", changed: ["b"] } })).toBe(
    "artifact_missing",
  );
  expect(kindOf({ answer: "I cannot help with that.", outputs: [written("a")] })).toBe("succeeded");
});

test("a login that is not offered images, and brought some, is no failure", () => {
  const contract = contractOf({ generates: { images: 1 } });
  const { outcome, checks } = judgeRun(
    contract,
    seenOf({ images: images({ images: [image(1)], notOffered: "no" }) }),
  );
  expect(outcome.kind).toBe("succeeded");
  expect(checks.map(({ name }) => name)).toContain("image tool");
});

test("a generated image is the use of its tool, of which no event tells", () => {
  const contract = contractOf({ tools: { required: ["image"] } });
  expect(judgeRun(contract, seenOf({ images: images({ images: [image(1)] }) })).outcome.kind).toBe(
    "succeeded",
  );
});

test("what was asked for is an answer: it must be there, and that is all", () => {
  expect(judgeRun(contractOf({}), seenOf()).outcome.kind).toBe("succeeded");
  expect(judgeRun(contractOf({}), seenOf({ answer: undefined })).outcome).toMatchObject({
    failure: { kind: "output_invalid" },
  });
  const outputs = contractOf({ outputs: [{ path: "a" }] });
  const seen = seenOf({ uses: [EDIT], outputs: [written("a")], answer: undefined });
  expect(judgeRun(outputs, seen).outcome.kind).toBe("succeeded");
});

test.each([
  [{ minBytes: 5 }, file({}), /has 4 bytes, fewer than 5/],
  [{ maxBytes: 3 }, file({}), /has 4 bytes, more than 3/],
])("a size out of bounds is output_invalid (%j)", (bounds, after, detail) => {
  const contract = contractOf({ outputs: [{ path: "a", ...bounds }] });
  const { outcome } = judgeRun(contract, seenOf({ uses: [EDIT], outputs: [written("a", { after })] }));
  expect(outcome).toMatchObject({
    failure: { kind: "output_invalid", detail: expect.stringMatching(detail) },
  });
});

test("an output may be empty where the contract says so", () => {
  const contract = contractOf({ outputs: [{ path: "a", minBytes: 0, maxBytes: 9 }] });
  const seen = seenOf({ uses: [EDIT], outputs: [written("a", { after: file({ bytes: 0 }) })] });
  expect(judgeRun(contract, seen).outcome.kind).toBe("succeeded");
});

test("an output that was there counts where its bytes are others now", () => {
  const contract = contractOf({ outputs: [{ path: "a", kind: "any" }] });
  const seen = seenOf({ uses: [EDIT], outputs: [written("a", { before: "c".repeat(64) })] });
  expect(judgeRun(contract, seen).outcome.kind).toBe("succeeded");
});

test("prohibited paths are looked at where other files may change", () => {
  const contract = contractOf({ prohibitions: { paths: ["*.lock"] } });
  const changed = (...paths: readonly string[]) =>
    judgeRun(contract, seenOf({ guarded: { kind: "compared", changed: paths } })).outcome.kind;
  expect(changed("a.ts")).toBe("succeeded");
  expect(changed("yarn.lock")).toBe("failed");
});

test.each([
  ["text", { form: "it is not UTF-8" }, /is not UTF-8/],
  ["jsonl", { form: "line 2: not JSON" }, /line 2/],
  ["png", { head: hex("GIF89a") }, /begin as a PNG/],
  ["png", { head: PNG_CONTENT.head.replace(/^(.{32}).{8}/, "$100000000") }, /without a size/],
  ["png", { head: PNG_CONTENT.head, tail: hex("cut") }, /cut off/],
  ["jpeg", { head: hex("GIF89a") }, /begin as a JPEG/],
  ["webp", { head: hex("RIFFxxxxWAVE") }, /begin as a WebP/],
  ["pdf", { head: hex("PDF-1.7") }, /begin as a PDF/],
  ["pdf", { head: hex("%PDF-1.7"), tail: hex("endobj") }, /cut off/],
  ["zip", { head: hex("Rar!") }, /begin as a ZIP/],
])("a file that is no %s is told (%j)", (kind, content, detail) => {
  const contract = contractOf({ outputs: [{ path: "a", kind }] });
  const after = file({ content: { ...NO_FAULT, ...content } });
  const { outcome } = judgeRun(contract, seenOf({ uses: [EDIT], outputs: [written("a", { after })] }));
  expect(outcome).toMatchObject({
    failure: { kind: "artifact_wrong_kind", detail: expect.stringMatching(detail) },
  });
});

test.each([
  ["any", {}],
  ["text", {}],
  ["png", PNG_CONTENT],
  ["jpeg", { head: "ffd8ffe000104a464946" }],
  ["webp", { head: hex("RIFF\u0001\u0002\u0003\u0004WEBPVP8 ") }],
  ["pdf", { head: hex("%PDF-1.7\n"), tail: hex("startxref\n9\n%%EOF\n") }],
  ["zip", { head: "504b030414" }],
  ["zip", { head: "504b050600" }],
])("a file that is %s is taken as it", (kind, content) => {
  const contract = contractOf({ outputs: [{ path: "a", kind }] });
  const after = file({ content: { ...NO_FAULT, ...content } });
  expect(judgeRun(contract, seenOf({ uses: [EDIT], outputs: [written("a", { after })] })).outcome.kind).toBe(
    "succeeded",
  );
});

test("other files are looked at where no path is named", () => {
  const contract = contractOf({ outputs: [{ path: "a" }], prohibitions: { othersUnchanged: true } });
  const { outcome } = judgeRun(
    contract,
    seenOf({ outputs: [written("a")], guarded: { kind: "compared", changed: ["a", "b"] } }),
  );
  expect(outcome).toMatchObject({ failure: { kind: "prohibited_change" } });
});
