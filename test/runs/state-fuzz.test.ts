import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { JsonFault, parseShape } from "#base/json.ts";
import { Config, DEFAULT_CONFIG } from "#gate/config.ts";
import { VerdictKey } from "#gate/verdict/verdict-key.ts";
import { readEffectiveConfig } from "#runs/config/config-files.ts";
import { locationsOf } from "#runs/locations.ts";
import { Receipt } from "#runs/receipts/receipt.ts";
import { readReceipt, receiptName, receiptNames } from "#runs/receipts/receipt-files.ts";
import { writeReceipt } from "#runs/receipts/receipts.ts";
import { keepVerdict, readVerdict, verdictPath } from "#runs/receipts/verdict-file.ts";
import { Answer, Request } from "#runs/sessions/request.ts";
import { readRequests } from "#runs/sessions/requests.ts";
import { Session } from "#runs/sessions/session.ts";
import { changeSession, listSessions, readSession } from "#runs/sessions/session-file.ts";
import { wholeChain } from "#test/chain-values.ts";
import {
  anyJson,
  anyText,
  beginnings,
  damaged,
  expectLinear,
  fuzz,
  mutated,
  nested,
  unmeasurable,
} from "#test/fuzz.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { fc } from "#test/seeded-check.ts";
import { receiptDraft, sessionId, sessionValue } from "#test/session-values.ts";

const ID = sessionId("s1");
const SIGNAL = AbortSignal.timeout(600_000);

function place() {
  return locationsOf({ COUNTERSIGN_HOME: scratchFolder() }, "/home/me", "linux");
}

function put(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Reads the sample torn at every byte, with bytes flipped, with values exchanged, and things that it never was. */
async function tryAll(
  sample: unknown,
  read: (content: string | Buffer) => Promise<void> | void,
): Promise<void> {
  const text = JSON.stringify(sample);
  for (const part of beginnings(text).filter((_part, index) => index % 7 === 0)) await read(part);
  for (const value of unmeasurable(sample)) await read(JSON.stringify(value));
  await fuzz(damaged(text), read);
  await fuzz(mutated(sample), async (value) => await read(JSON.stringify(value)), 2);
  await fuzz(
    fc.oneof(
      anyText(),
      anyJson().map((value) => JSON.stringify(value)),
    ),
    read,
    0.5,
  );
  await read(nested());
  await read(`{"schema":"countersign/session/2","pinned":${nested()}}`);
}

test("a session's file is a session, or a corrupt one that is said", async () => {
  const locations = place();
  await tryAll(sessionValue(), (content) => {
    put(join(locations.sessions, `${ID}.json`), content);
    const read = readSession(locations, ID);
    expect(["session", "corrupt", "newer"]).toContain(read.kind);
    if (read.kind === "session") expect(Session.safeParse(read.session).success).toBe(true);
    expect(listSessions(locations)).toHaveLength(1);
  });
});

test("a change to a file that cannot be read sets it aside and goes on", async () => {
  const locations = place();
  const change = async (content: Buffer): Promise<void> => {
    put(join(locations.sessions, `${ID}.json`), content);
    const before = readSession(locations, ID).kind;
    const { session, corrupt } = await changeSession(
      locations,
      ID,
      (known) => known ?? sessionValue(),
      SIGNAL,
    );
    expect(corrupt !== undefined).toBe(before === "corrupt");
    expect(Session.safeParse(session).success).toBe(true);
    expect(readSession(locations, ID).kind).toBe("session");
  };
  await fuzz(damaged(JSON.stringify(sessionValue())), change, 0.25);
});

test("a receipt's file is a receipt, or one that cannot be read", async () => {
  const locations = place();
  const [stored] = wholeChain([{}]).receipts;
  const name = receiptName(locations, ID, 1, new Date("2026-01-02T03:04:05.678Z"));
  await tryAll(stored?.receipt, (content) => {
    put(name.path, content);
    const read = readReceipt(name);
    if ("receipt" in read) expect(Receipt.safeParse(read.receipt).success).toBe(true);
    else expect(typeof read.detail).toBe("string");
  });
});

test("whatever lies among the receipts, the next one finds its place", async () => {
  const part = fc.oneof(
    fc.constantFrom("2026", "01", "02", "99", "0", "9999", "1e3", "20261", "2026-01"),
    fc.stringMatching(/^\d[\w.-]{0,8}$/),
  );
  const number = fc.oneof(
    fc.nat(9),
    fc.constantFrom("99999999999999999999", "9".repeat(100), "00", "9007199254740993"),
  );
  const file = fc.tuple(part, part, part, number, fc.constantFrom("s1", "s2", "s1-s1", ""));
  await fuzz(
    fc.array(file, { maxLength: 6 }),
    async (files) => {
      const locations = place();
      for (const [year, month, day, n, session] of files) {
        put(join(locations.receipts, year, month, day, `20260102T030405678Z-${session}-${n}.json`), "{");
      }
      for (const name of receiptNames(locations)) expect(Number.isSafeInteger(name.n)).toBe(true);
      const first = await writeReceipt(locations, ID, receiptDraft(), SIGNAL);
      const second = await writeReceipt(locations, ID, receiptDraft(), SIGNAL);
      expect(second.receipt.n).toBe(first.receipt.n + 1);
      expect(second.receipt.previous).toBe(first.digest);
    },
    0.5,
  );
});

test("a request's file is a request, and an answer's an answer, or they cannot be read", async () => {
  const locations = place();
  const at = "2026-01-02T03:04:05.678Z";
  const request = {
    schema: "countersign/request/1",
    id: "20260102T030405678Z-aaaaaaaa",
    at,
    action: { kind: "off" },
    by: "agent",
    session: ID,
    agentSession: null,
    words: ["off"],
    program: "countersign",
  };
  for (const name of ["20260102T030405678Z-aaaaaaaa.json", "20260102T030405678Z-aaaaaaaa.answer-s1.json"]) {
    const path = join(locations.requests, name);
    await tryAll(request, (content) => {
      put(path, content);
      const { requests, unreadable } = readRequests(locations);
      for (const one of requests) {
        expect(Request.safeParse(one.request).success).toBe(true);
        expect(one.answers.every((answer) => Answer.safeParse(answer).success)).toBe(true);
      }
      expect(unreadable.every(({ detail }) => typeof detail === "string")).toBe(true);
    });
    rmSync(path);
  }
});

test("a kept verdict is one on exactly this change, or there is none", async () => {
  const locations = place();
  const key = parseShape("a".repeat(64), VerdictKey);
  const draft = {
    key,
    at: "2026-01-02T03:04:05.678Z",
    session: ID,
    receipt: "r1",
    decision: "ALLOW",
    model: null,
    summary: "",
  } as const;
  const verdict = await keepVerdict(locations, { ...draft, findings: [] });
  await tryAll(verdict, async (content) => {
    put(verdictPath(locations, key), content);
    const found = await readVerdict(locations, key);
    if (found.kind === "kept") expect(found.verdict.key).toBe(key);
    rmSync(verdictPath(locations, key), { force: true });
  });
});

const CONFIG = {
  gate: "advise",
  headless: "off",
  repositories: { "~/work/**": "enforce", "/x": "off" },
  send: false,
  maxRounds: 2,
  maxMinutes: 5,
  deadlineSeconds: 100,
  blockSeverity: "low",
  model: "m",
  effort: "low",
  onFailure: "block",
  exclude: ["*.md"],
  maxDiffBytes: 1000,
  instructions: "project",
  prewarm: false,
  idleSeconds: 10,
  keepThreads: true,
  messages: "quiet",
};

test("a configuration is whole whatever its files hold, and never off by accident", async () => {
  const root = scratchFolder();
  const userConfig = join(root, "config.json");
  const repositoryRoot = join(root, "work");
  const environment = {};
  const read = (content: string | Buffer, path: string): void => {
    put(path, content);
    const { config, mode, warnings } = readEffectiveConfig(
      { userConfig, repositoryRoot, home: root, environment },
      undefined,
    );
    expect(Config.safeParse(config).success).toBe(true);
    expect(Object.getPrototypeOf(config)).toBe(Object.prototype);
    if (mode === "off") expect(String(content)).toContain("off");
    expect(warnings.every(({ kind }) => kind !== undefined)).toBe(true);
    rmSync(path);
  };
  for (const path of [userConfig, join(repositoryRoot, ".countersign.json")]) {
    await tryAll(CONFIG, (content) => read(content, path));
    await expectLinear((size) => read(`{"${"maxRound".repeat(size / 8)}": 1}`, path), 50_000);
  }
});

test("variables are read as far as they can be", async () => {
  const names = Object.keys(DEFAULT_CONFIG).map(
    (key) => `COUNTERSIGN_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`,
  );
  const name = fc.oneof(
    fc.constantFrom(...names, "COUNTERSIGN_BUDGET", "COUNTERSIGN_MODEL"),
    anyText().map((text) => `COUNTERSIGN_${text}`),
  );
  const value = fc.oneof(
    fc.constantFrom(
      "0",
      "-1",
      "1e999",
      "0x10",
      "NaN",
      " ",
      "true",
      "off",
      "{",
      nested(20_000),
      "9".repeat(400),
    ),
    anyText(),
    anyJson().map((json) => JSON.stringify(json)),
  );
  await fuzz(
    fc.dictionary(name, value, { maxKeys: 6 }),
    (environment) => {
      const sources = { userConfig: "/nowhere", repositoryRoot: undefined, home: "/home/me", environment };
      const { config, mode } = readEffectiveConfig(sources, undefined);
      expect(Config.safeParse(config).success).toBe(true);
      if (mode === "off") expect(JSON.stringify(environment)).toContain("off");
    },
    2,
  );
});

test("a shape that is refused is refused with what is wrong, however deep it is", () => {
  expect(() => parseShape(JSON.parse(nested()), Session)).toThrow(JsonFault);
});
