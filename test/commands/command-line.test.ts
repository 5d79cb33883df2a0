import { existsSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import type { Call } from "#commands/command.ts";
import { runCommandLine } from "#commands/command-line.ts";
import { COMMANDS, type CommandEntry } from "#commands/command-table.ts";
import { packageVersion } from "#commands/installation.ts";
import { callCommand } from "#test/call-command.ts";
import { freshLocations } from "#test/state-root.ts";

test.each([
  [["statsu"], 'countersign: there is no command "statsu"; did you mean `countersign status`?\n'],
  [
    ["audit", "verfy"],
    'countersign: there is no command "audit verfy"; did you mean `countersign audit verify`?\n',
  ],
  [["xyzzyxyzzy"], 'countersign: there is no command "xyzzyxyzzy"; see `countersign --help`\n'],
  [
    ["off", "--sesion", "x"],
    "countersign: off: there is no option --sesion; did you mean --session? (see `countersign off --help`)\n",
  ],
  [["off", "--zzz=1"], "countersign: off: there is no option --zzz (see `countersign off --help`)\n"],
  [["status", "now"], 'countersign: status: "now" is one word too many (see `countersign status --help`)\n'],
  [["audit", "runs", "--limit", "0"], 'countersign: --limit takes a number from 1, not "0"\n'],
  [
    ["audit", "runs", "--session", "../x"],
    'countersign: "../x" is no session id; `countersign status` lists them\n',
  ],
])("%j is answered with one line and exit code 2", async (words, stderr) => {
  const locations = freshLocations();
  expect(await callCommand(locations, words)).toEqual({ code: 2, stdout: "", stderr });
  expect(readdirSync(locations.root)).toEqual([]);
});

test("an option without its value is refused", async () => {
  const { code, stderr } = await callCommand(freshLocations(), ["off", "--session"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^countersign: off: .*--session.*argument missing.*\n$/);
});

test("without a command the overview is shown on stderr, and asked for on stdout", async () => {
  const without = await callCommand(freshLocations(), []);
  expect(without).toMatchObject({ code: 2, stdout: "" });
  const asked = await callCommand(freshLocations(), ["--help"]);
  expect(asked).toEqual({ code: 0, stdout: without.stderr, stderr: "" });
  for (const { name, hidden } of COMMANDS) {
    const listed = new RegExp(`^  ${name} +\\S`, "m").test(asked.stdout);
    expect([name, listed]).toEqual([name, hidden !== true]);
  }
});

test("a group of commands explains itself", async () => {
  const { code, stdout } = await callCommand(freshLocations(), ["audit", "--help"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {2}audit runs .*^ {2}audit session .*^ {2}audit verify/ms);
  expect(stdout).not.toMatch(/skip/);
});

test("a command's help is made from its description", async () => {
  const { code, stdout } = await callCommand(freshLocations(), ["skip", "--help"]);
  expect(code).toBe(0);
  expect(stdout).toBe(`Let the next stop in this folder through without a review.

Usage: countersign skip [--why TEXT] [--session ID] [--json]

  --why TEXT    the reason, for the record
  --session ID  only this session
  --json        print one JSON object with a versioned schema
  -h, --help    print this text
`);
});

test("`help` before a command, or a group of them, asks the same", async () => {
  for (const words of [["skip"], ["audit"], ["audit", "verify"]]) {
    const usual = await callCommand(freshLocations(), [...words, "--help"]);
    expect(await callCommand(freshLocations(), ["help", ...words])).toEqual(usual);
  }
  expect(await callCommand(freshLocations(), ["help", "statsu"])).toMatchObject({ code: 2, stdout: "" });
});

test.each(["--version", "-V"])("%s says the version and nothing else", async (word) => {
  const stdout = `${packageVersion()}\n`;
  expect(await callCommand(freshLocations(), [word])).toEqual({ code: 0, stdout, stderr: "" });
});

test("every entry leads to the command of its name, and every option is in its usage", async () => {
  for (const { name, load } of COMMANDS) {
    const command = await load();
    expect(command.name).toBe(name);
    expect(command.summary).toMatch(/\.$/);
    for (const option of Object.keys(command.options)) expect(command.usage, name).toContain(`--${option}`);
  }
});

test("a command that throws ends with one safe line and exit code 2", async () => {
  const broken: CommandEntry = {
    name: "break",
    load: async () => ({
      name: "break",
      summary: "",
      usage: "",
      options: {},
      run: () => Promise.reject(new Error("first\u001b[2J\r\nsecond")),
    }),
  };
  let stderr = "";
  const output = { write: () => undefined, isTerminal: false };
  const code = await runCommandLine([broken], ["break"], {
    environment: {},
    home: "/",
    platform: "linux",
    cwd: "/",
    now: new Date(0),
    stdout: output,
    stderr: {
      ...output,
      write: (text) => {
        stderr += text;
      },
    },
    stdinIsTerminal: false,
    readStdin: async () => new Uint8Array(),
    descent: () => ({ ancestors: [], fromAgentShell: false, terminal: true }),
    signal: new AbortController().signal,
  });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^countersign: [^\n]*first second[^\n]*\n$/);
  expect(stderr).not.toContain("\u001b");
});

test("help touches no state", async () => {
  const locations = freshLocations();
  await callCommand(locations, ["status", "--help"]);
  expect(existsSync(locations.sessions)).toBe(false);
});

test("an option that may be given several times keeps the order of its values", async () => {
  const lists: unknown[] = [];
  const command = {
    name: "take",
    load: async () => ({
      name: "take",
      summary: "",
      usage: "",
      options: {
        each: { type: "string", value: "X", multiple: true, help: "" },
        one: { type: "string", value: "X", help: "" },
      } as const,
      run: async (call: Call) => {
        lists.push(...call.lists, ...call.texts);
        return 0;
      },
    }),
  };
  const words = ["take", "--each", "a", "--one", "x", "--each=b", "--one", "y"];
  const output = { write: () => undefined, isTerminal: false };
  await runCommandLine([command], words, {
    environment: {},
    home: "/",
    platform: "linux",
    cwd: "/",
    now: new Date(0),
    stdout: output,
    stderr: output,
    stdinIsTerminal: false,
    readStdin: async () => new Uint8Array(),
    descent: () => ({ ancestors: [], fromAgentShell: false, terminal: true }),
    signal: new AbortController().signal,
  });
  expect(lists).toEqual([
    ["each", ["a", "b"]],
    ["one", "y"],
  ]);
});

test("what is ended by a signal is no mistake of ours, whatever it throws for that", async () => {
  const reason = new Error("ended by SIGINT");
  const signal = AbortSignal.abort(reason);
  for (const error of [reason, new Error("git was killed")]) {
    const command = { name: "x", summary: "", usage: "", options: {}, run: () => Promise.reject(error) };
    const entries = [{ name: "x", summary: "", load: async () => command }];
    expect(await callCommand(freshLocations(), ["x"], { signal }, entries)).toEqual({
      code: 2,
      stdout: "",
      stderr: "countersign: ended by SIGINT before it was done\n",
    });
  }
});
