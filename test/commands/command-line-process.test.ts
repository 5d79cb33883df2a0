import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeReceipt } from "#runs/receipts/receipts.ts";
import { receiptDraft, sessionId } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";
import configurations from "../../rolldown.config.ts";

let built = "";

/** As the package is built, but into a folder of its own. */
async function build(name: string): Promise<void> {
  const configuration = configurations.find(({ input }) => typeof input === "object" && name in input);
  if (configuration === undefined || Array.isArray(configuration.output))
    throw new Error("there is no such entry");
  const bundle = await rolldown(configuration);
  await bundle.write({ ...configuration.output, dir: join(built, name) });
  await bundle.close();
}

beforeAll(async () => {
  built = realpathSync(mkdtempSync(join(tmpdir(), "countersign-built-")));
  await Promise.all(["countersign", "session-start", "stop", "session-end"].map(build));
});

afterAll(() => rmSync(built, { recursive: true, force: true }));

function environmentOf(root: string): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "", HOME: root, COUNTERSIGN_HOME: root, XDG_CONFIG_HOME: root };
}

function run(name: string, root: string, words: readonly string[], input = "") {
  const script = join(built, name, `${name}.cjs`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], {
    cwd: root,
    env: environmentOf(root),
    encoding: "utf8",
    input,
  });
  return { status, stdout, stderr };
}

function countersign(root: string, ...words: readonly string[]) {
  return run("countersign", root, words);
}

test("the built command line switches, shows and verifies, without any package beside it", () => {
  const { root, userConfig } = freshLocations();
  expect(countersign(root, "off")).toMatchObject({ status: 0, stderr: "" });
  const status = countersign(root, "status");
  expect(status).toMatchObject({ status: 0, stderr: "" });
  expect(status.stdout).toContain(`gate      off in ${root}, because of ${userConfig}\n`);
  expect(countersign(root, "on")).toMatchObject({ status: 0, stderr: "" });
  expect(countersign(root, "audit", "verify")).toMatchObject({ status: 0, stderr: "" });
  expect(countersign(root, "--help")).toMatchObject({ status: 0, stderr: "" });
  expect(countersign(root, "of")).toMatchObject({ status: 2, stdout: "" });
});

test("a reader that closes the pipe early is no error", async () => {
  const { root, ...rest } = freshLocations();
  for (let n = 0; n < 200; n += 1) {
    const draft = receiptDraft({ findings: [], repository: { root: "/x".repeat(500), head: null } });
    await writeReceipt({ root, ...rest }, sessionId("s1"), draft, new AbortController().signal);
  }
  const child = spawn(
    process.execPath,
    [join(built, "countersign", "countersign.cjs"), "audit", "runs", "--json", "-n", "200"],
    {
      env: environmentOf(root),
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdout.once("data", () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

const STOP_INPUT = { session_id: "s1", cwd: "/", hook_event_name: "Stop", stop_hook_active: false };
const START_INPUT = { session_id: "s1", cwd: "/", hook_event_name: "SessionStart", source: "startup" };
const END_INPUT = { session_id: "s1", cwd: "/", hook_event_name: "SessionEnd", reason: "other" };

// Windows removes no folder that a process is in.
test.skipIf(process.platform === "win32")(
  "a folder that was removed is said in one line, and could not be",
  () => {
    const root = freshRoot();
    const script = join(built, "countersign", "countersign.cjs");
    const shell = `mkdir gone && cd gone && rmdir ../gone && exec "$0" "$1" audit verify`;
    const { status, stdout, stderr } = spawnSync("sh", ["-c", shell, process.execPath, script], {
      cwd: root,
      env: environmentOf(root),
      encoding: "utf8",
    });
    const text = "countersign: the folder that this shell is in was removed; go to one that is there\n";
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: "", stderr: text });
  },
);

describe("a hook called by its name", () => {
  test.each([
    ["stop", JSON.stringify(STOP_INPUT), /in no git repository/],
    ["stop", "{torn", /could not be read/],
    ["session-start", JSON.stringify(START_INPUT), /^\{\}$/m],
    ["session-start", "[]", /could not be read/],
    ["session-end", JSON.stringify(END_INPUT), /^\{\}$/m],
    ["session-end", "", /^\{\}$/m],
  ])("%s given %s answers as the registered one does", (event, input, expected) => {
    const answers = [
      run("countersign", freshRoot(), ["hook", event], input),
      run(event, freshRoot(), [], input),
    ];
    const [named, registered] = answers.map(({ stdout, ...rest }) => ({
      ...rest,
      stdout: stdout.replace(/\d{8}T\d{9}Z/g, "TIME"),
    }));
    expect(named).toEqual(registered);
    expect(named).toMatchObject({ status: 0, stderr: "" });
    expect(named?.stdout).toMatch(expected);
  });

  test.each([[[]], [["Stop"]], [["--json"]], [["stopp", "\u001b[2J"]], [["exit", "2"]]])(
    "with %j names the three events and exits with 0",
    (words) => {
      const { status, stdout, stderr } = countersign(freshRoot(), "hook", ...words);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(JSON.parse(stdout)).toEqual({
        systemMessage: expect.stringContaining("The events are session-start, stop and session-end"),
      });
    },
  );

  test.each([[["stop", "--help"]], [["stop", "now", "-x"]]])("answers whatever follows: %j", (words) => {
    const { status, stdout, stderr } = run("countersign", freshRoot(), ["hook", ...words], "{torn");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({ systemMessage: expect.stringContaining("could not be read") });
  });

  test("explains itself when asked for help", () => {
    const { status, stdout } = countersign(freshRoot(), "hook", "--help");
    expect(status).toBe(0);
    expect(stdout).toContain("Usage: countersign hook session-start|stop|session-end\n");
  });
});

function freshRoot(): string {
  return freshLocations().root;
}
