import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { JsonFault } from "#base/json.ts";
import { ClaudeFault } from "#claude/fault.ts";
import { type HookEvent, parseHookInput } from "#claude/hook-input.ts";
import { addHooks, removeHooks } from "#claude/hook-registrations.ts";
import { readHostEnvironment } from "#claude/host-environment.ts";
import { plainWords } from "#claude/plain-words.ts";
import { enabledPlugins, filesDisablingHooks, readSettingsFile, registeredHooks } from "#claude/settings.ts";
import { settingsEnvironment } from "#claude/settings-environment.ts";
import { readHookInput } from "#commands/hooks/read-hook-input.ts";
import { anyJson, anyText, beginnings, damaged, expectLinear, fuzz, mutated, nested } from "#test/fuzz.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { fc } from "#test/seeded-check.ts";

const STOP = {
  session_id: "5f0e4b1c-0000-4000-8000-000000000000",
  cwd: "/work",
  hook_event_name: "Stop",
  transcript_path: "/t.jsonl",
  prompt_id: "p",
  permission_mode: "default",
  stop_hook_active: true,
  last_assistant_message: "Done \ud83d.",
  background_tasks: [{ id: "b", type: "shell", status: "running", description: "d", command: "sleep 9" }],
};
const START = { ...STOP, hook_event_name: "SessionStart", source: "startup", model: "m" };
const END = { ...STOP, hook_event_name: "SessionEnd", reason: "other" };
const INPUTS: readonly (readonly [HookEvent, object])[] = [
  ["Stop", STOP],
  ["SessionStart", START],
  ["SessionEnd", END],
];

/** Everything but these is text or nothing. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  stop_hook_active: ["boolean", "undefined"],
  background_tasks: ["object", "undefined"],
};

function expectInput(event: HookEvent, stdin: string): void {
  try {
    const input: Readonly<Record<string, unknown>> = parseHookInput(event, stdin);
    expect(input["session_id"]).toMatch(/^[A-Za-z0-9_-]{1,128}$/);
    if (event !== "SessionEnd") expect(input["cwd"]).toMatch(/^\/|^[A-Za-z]:|^\\\\/);
    for (const name of Object.keys({ ...STOP, ...START, ...END })) {
      if (!Object.hasOwn(KNOWN[event], name)) continue;
      expect(OTHERS[name] ?? ["string", "undefined"], name).toContain(typeof input[name]);
    }
  } catch (error) {
    expect(error).toBeInstanceOf(JsonFault);
  }
}

const KNOWN: { readonly [E in HookEvent]: object } = {
  Stop: STOP,
  SessionStart: { session_id: 0, cwd: 0, hook_event_name: 0, transcript_path: 0, source: 0, model: 0 },
  SessionEnd: { session_id: 0, cwd: 0, hook_event_name: 0, transcript_path: 0, reason: 0 },
};

test.each(INPUTS)("the input of %s is in its form, or refused", async (event, sample) => {
  const text = JSON.stringify(sample);
  for (const part of beginnings(text)) expect(() => parseHookInput(event, String(part))).toThrow(JsonFault);
  await fuzz(damaged(text), (bytes) => expectInput(event, String(bytes)));
  await fuzz(mutated(sample), (value) => expectInput(event, JSON.stringify(value) ?? ""), 3);
  await fuzz(
    fc.oneof(
      anyText(),
      anyJson().map((value) => JSON.stringify(value)),
    ),
    (value) => expectInput(event, value),
  );
  expectInput(event, nested());
  expectInput(event, `{"session_id":"a","cwd":"/","deep":${nested()}}`);
});

test("what a hook reads is an input or a bad one, whatever stands on stdin and in the environment", async () => {
  const environment = { CLAUDE_CODE_SESSION_ID: STOP.session_id };
  const call = {
    environment,
    home: "/home/me",
    askedAt: new Date(),
    signal: new AbortController().signal,
    locations: (await import("#runs/locations.ts")).locationsOf({}, "/home/me", "linux"),
  };
  await fuzz(damaged(JSON.stringify(STOP)), (bytes) => {
    const reading = readHookInput("Stop", { ...call, stdin: { kind: "text", text: String(bytes) } });
    if (reading.kind === "bad-input") expect(reading.session).toBe(STOP.session_id);
  });
  const names = ["CLAUDECODE", "CLAUDE_PID", "CLAUDE_CODE_SESSION_ID", "CLAUDE_CODE_SESSION_ATTENDED"];
  await fuzz(fc.dictionary(fc.constantFrom(...names, "__proto__"), anyText()), (variables) => {
    const { pid, sessionId } = readHostEnvironment(variables);
    expect(Number.isSafeInteger(pid ?? 1)).toBe(true);
    expect(sessionId ?? "a").toMatch(/^[A-Za-z0-9_-]{1,128}$/);
  });
});

const OURS = { type: "command", command: "/state/hooks/countersign-hook stop", timeout: 300 } as const;
const SETTINGS = {
  env: { A: "b" },
  permissions: { allow: ["Bash"] },
  enabledPlugins: { "a@b": true, "c@d": false },
  hooks: {
    Stop: [{ matcher: "x", hooks: [OURS, { type: "command", command: "echo", args: ["hi"] }] }],
    SessionStart: [{ hooks: [{ ...OURS, command: "npx countersign hook session-start" }] }],
  },
};

test("settings are read as far as they can be, and never throw", async () => {
  const path = join(scratchFolder(), "settings.json");
  const read = (text: string | Buffer): void => {
    writeFileSync(path, text);
    const files = [readSettingsFile("user", path), readSettingsFile("managed", path)];
    expect(files[0]?.kind).not.toBe("absent");
    for (const { command, args, timeout } of registeredHooks(files)) {
      expect([typeof command, typeof (timeout ?? 0), ...args.map((word) => typeof word)]).toEqual([
        "string",
        "number",
        ...args.map(() => "string"),
      ]);
    }
    expect(filesDisablingHooks(files).length).toBeLessThanOrEqual(2);
    expect(enabledPlugins(files).every((id) => typeof id === "string")).toBe(true);
    expect(Object.values(settingsEnvironment(files)).every((value) => typeof value === "string")).toBe(true);
  };
  for (const part of beginnings(JSON.stringify(SETTINGS))) read(part);
  await fuzz(damaged(JSON.stringify(SETTINGS)), read, 0.5);
  await fuzz(mutated(SETTINGS), (value) => read(JSON.stringify(value)));
  await fuzz(anyText(), read, 0.5);
  read(nested());
  read(`{"hooks":{"Stop":${nested()}}}`);
});

test("hooks are written into settings, and out of them again, or the settings are refused", async () => {
  const path = join(scratchFolder(), "settings.json");
  const change = (text: string): void => {
    try {
      const added = addHooks(text, [{ event: "Stop", hook: OURS }]);
      expect(JSON.parse(added.replace(/^\uFEFF/, ""))).toMatchObject({ hooks: { Stop: expect.anything() } });
      expect(addHooks(added, [{ event: "Stop", hook: OURS }])).toBe(added);
      const removed = removeHooks(added);
      writeFileSync(path, removed);
      expect(registeredHooks([readSettingsFile("user", path)])).toEqual([]);
      expect(removeHooks(removed)).toBe(removed);
    } catch (error) {
      if (!(error instanceof ClaudeFault)) throw error;
    }
  };
  const text = JSON.stringify(SETTINGS, null, 2);
  change(text);
  // A letter off, and it is a setting that is nobody's hook.
  change(text.replace('"hooks": {', '"#ooks": {'));
  await fuzz(damaged(text), (bytes) => change(String(bytes)), 2);
  await fuzz(mutated(SETTINGS), (value) => change(JSON.stringify(value, null, 2)), 2);
  await fuzz(anyText(), change);
  change(nested());
  change(`{"hooks":${nested(20_000)}}`);
  change(`{"a":${nested(20_000)}}`);
});

test("the words of a line are those that a shell would see, or none", async () => {
  await fuzz(anyText(), (line) => {
    const words = plainWords(line) ?? [];
    expect(words.join("").length).toBeLessThanOrEqual(line.length);
  });
  for (const piece of ["a ", "'a' ", '"', "\\", "'", "a'b' \"c\" ", " \t"]) {
    await expectLinear((size) => void plainWords(piece.repeat(size / piece.length)), 100_000);
  }
});
