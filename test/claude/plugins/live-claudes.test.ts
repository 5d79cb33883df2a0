import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { identifyProcess } from "#base/process-identity.ts";
import { foreignPids, liveClaudes } from "#claude/plugins/live-claudes.ts";
import { deadHolder, liveHolder, reusedHolder } from "#test/plugins/holders.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const started: { kill: () => boolean }[] = [];
afterAll(() => {
  for (const child of started) child.kill();
});

/** A process that was started as Claude Code is, with these words and variables. */
async function standIn(words: readonly string[], env: Readonly<Record<string, string>>) {
  const cwd = scratchFolder();
  const script = join(cwd, "stand-in.sh");
  writeFileSync(script, "echo up\nread line\n");
  const child = spawn("/bin/sh", [script, ...words], {
    cwd,
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["pipe", "pipe", "ignore"],
  });
  started.push(child);
  await once(child.stdout, "data");
  return { pid: child.pid ?? 0, cwd };
}

function placesWith(files: Readonly<Record<string, unknown>>) {
  const sessions = join(scratchFolder(), "sessions");
  mkdirSync(sessions);
  for (const [name, value] of Object.entries(files)) {
    writeFileSync(join(sessions, name), typeof value === "string" ? value : JSON.stringify(value));
  }
  return { sessions, pluginsDirectory: "/usual/plugins" };
}

/** As Claude Code 2.1.330 writes it, shortened. */
function sessionFile(holder: { readonly pid: number; readonly procStart: string }) {
  return {
    ...holder,
    sessionId: "06390ff4-38ea-4ff1-9e5e-f3b95f1e84e7",
    cwd: "/work",
    startedAt: 1795300768223,
    version: "2.1.330",
    kind: "interactive",
  };
}

const names = (places: ReturnType<typeof placesWith>) => liveClaudes(places).map(({ pid }) => pid);

test("a session that lives is told with what its file says", () => {
  const own = liveHolder(process.pid);
  const places = placesWith({ [`${process.pid}.json`]: sessionFile(own) });
  expect(liveClaudes(places)).toMatchObject([
    {
      pid: process.pid,
      startTime: own.procStart,
      startedAt: 1795300768223,
      sessionId: "06390ff4-38ea-4ff1-9e5e-f3b95f1e84e7",
      cwd: "/work",
      version: "2.1.330",
    },
  ]);
});

test("the file of a process that was killed tells of none, nor does one whose pid is another's by now", () => {
  const dead = deadHolder();
  const reused = reusedHolder(process.pid);
  expect(names(placesWith({ [`${dead.pid}.json`]: sessionFile(dead) }))).toEqual([]);
  expect(names(placesWith({ [`${reused.pid}.json`]: sessionFile(reused) }))).toEqual([]);
});

test.runIf(process.platform === "linux")("what it was started with is read from the system", async () => {
  const words = ["--plugin-dir", "mine", "--plugin-dir=/other", "--setting-sources", "project"];
  const env = { CLAUDE_CONFIG_DIR: "/config", CLAUDE_CODE_PLUGIN_DIRS: "/extra", HOME: "/home/u" };
  const { pid, cwd } = await standIn(words, env);
  const [found] = liveClaudes(placesWith({ [`${pid}.json`]: sessionFile(liveHolder(pid)) }));
  expect(found?.start).toEqual({
    pluginDirs: [join(cwd, "mine"), "/other"],
    environmentDirs: ["/extra"],
    pluginUrls: [],
    seedDirs: [],
    pluginsDirectory: "/config/plugins",
    settingSources: ["project"],
    withoutHooks: false,
    unread: [],
  });
});

test("a holder that lives is one too, though it has no file, and counts once", () => {
  const own = { ...liveHolder(process.pid), path: "/cache/.in_use/1", state: "alive" } as const;
  const dead = { ...deadHolder(), path: "/cache/.in_use/2", state: "dead" } as const;
  const unseen = { ...own, state: "unseen" } as const;
  const found = liveClaudes(placesWith({}), [own, own, dead, unseen]);
  expect(found).toMatchObject([
    { pid: process.pid, startTime: own.procStart, sessionId: null, version: null },
  ]);
  expect(found[0]?.cwd).toBe(process.cwd());
  expect(liveClaudes(placesWith({}), [unseen, dead])).toEqual([]);
});

test.each(["", "{", "[]", '{"pid":"1"}', '{"pid":1.5}', '{"pid":-4}'])(
  "the file %j tells of nobody",
  (text) => {
    expect(names(placesWith({ [`${process.pid}.json`]: text }))).toEqual([]);
  },
);

test("a file that is another's, or is called otherwise, or is no file tells of nobody", () => {
  const own = sessionFile(liveHolder(process.pid));
  const places = placesWith({ "1.json": own, "notes.json": own, [`${process.pid}.json.bak`]: own });
  mkdirSync(join(places.sessions, "2.json"));
  expect(names(places)).toEqual([]);
  expect(liveClaudes({ ...places, sessions: join(places.sessions, "nowhere") })).toEqual([]);
  expect(liveClaudes({ ...places, sessions: join(places.sessions, "1.json") })).toEqual([]);
});

test("fields of another kind count as not said", () => {
  const odd = { ...liveHolder(process.pid), sessionId: 7, cwd: null, version: {}, startedAt: "x" };
  expect(liveClaudes(placesWith({ [`${process.pid}.json`]: odd }))).toMatchObject([
    { pid: process.pid, sessionId: null, version: null, startedAt: null },
  ]);
});

test.runIf(process.platform === "linux")("a process of another machine or container is none of here", () => {
  const own = sessionFile(liveHolder(process.pid));
  const machine = readFileSync("/etc/machine-id", "utf8").trim();
  const namespace = identifyProcess(process.pid)?.pidNamespace;
  const at = (pidDomain: string) => placesWith({ [`${process.pid}.json`]: { ...own, pidDomain } });
  expect(names(at(`linux:${machine}:${namespace}`))).toEqual([process.pid]);
  expect(names(at(`linux:${"0".repeat(32)}:${namespace}`))).toEqual([]);
  expect(names(at(`linux:${machine}:pid:[1]`))).toEqual([]);
  expect(foreignPids(at(`linux:${machine}:pid:[1]`))).toEqual(new Set([process.pid]));
  expect(names(at("something else"))).toEqual([process.pid]);
});

test("elsewhere than on Linux the environment stays unread", () => {
  const startTime = identifyProcess(process.pid, "darwin")?.startTime ?? "";
  const places = placesWith({
    [`${process.pid}.json`]: sessionFile({ pid: process.pid, procStart: startTime }),
  });
  const startOf = () => startTime;
  expect(liveClaudes(places, [], { startOf, platform: "darwin" })).toMatchObject([
    { startTime, cwd: "/work", start: { pluginsDirectory: "/usual/plugins", unread: ["environment"] } },
  ]);
});

test("on Windows the pid must do, and nothing of its start is known", () => {
  const file = { pid: process.pid, sessionId: "s", procStartFt: "133" };
  const found = liveClaudes(placesWith({ [`${process.pid}.json`]: file }), [], {
    startOf: () => "",
    platform: "win32",
  });
  expect(found).toMatchObject([{ pid: process.pid, startTime: "133", start: null }]);
});
