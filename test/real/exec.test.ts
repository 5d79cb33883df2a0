import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type CodexVersion, type ExecPlace, type ExecWorld, makeExecWorld } from "#test/exec-world.ts";
import type { ReviewerRequest } from "#test/responses-request.ts";
import { runCommand, say } from "#test/reviewer-action.ts";
import { gitState } from "#test/scratch-repository.ts";

vi.setConfig({ maxConcurrency: 4 });

let world: ExecWorld;
beforeAll(async () => {
  world = await makeExecWorld();
});
afterAll(() => world.close());

const VERSIONS: readonly CodexVersion[] = ["0.169", "0.140"];
const SCHEMA = {
  type: "object",
  properties: { lines: { type: "integer" } },
  required: ["lines"],
  additionalProperties: false,
};
const PATCH = "*** Begin Patch\n*** Add File: notes.md\n+# Notes\n*** End Patch";
/** One black pixel. */
const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

async function standingOf(place: ExecPlace, id: string): Promise<string> {
  const { stdout } = await place.start(["audit", "verify", id, "--json"]);
  return JSON.parse(stdout).standing;
}

test.concurrent.for(VERSIONS)("%s: a task that is done is proven to be", async (version) => {
  const requests: ReviewerRequest[] = [];
  const place = world.place(version, (request) => {
    requests.push(request);
    switch (request.outputs.length) {
      case 0:
        return { kind: "call", calls: [{ kind: "custom", name: "apply_patch", input: PATCH }] };
      case 1:
        return runCommand(request, "wc -l notes.md");
      default:
        return say('{"lines":1}');
    }
  });
  writeFileSync(join(place.workspace, "pixel.png"), Buffer.from(PIXEL, "base64"));
  writeFileSync(join(place.workspace, "schema.json"), JSON.stringify(SCHEMA));
  const before = gitState(place.workspace);
  const { exitCode, outcome, run, record } = await place.exec([
    ...["--output", "notes.md", "--image", "pixel.png", "--answer-schema", "schema.json"],
    ...["--require", "edit", "--require-command", "wc -l notes.md", "--only-outputs"],
    ...["--verify", "grep -q Notes notes.md", "--effort", "low"],
  ]);
  expect([exitCode, outcome]).toEqual([0, { kind: "succeeded" }]);
  expect(record).toMatchObject({
    sandbox: "workspace-write",
    effort: "low",
    answer: '{"lines":1}',
    commands: [{ command: expect.stringContaining("wc -l notes.md"), exitCode: 0 }],
    reportedChanges: [join(place.workspace, "notes.md")],
    changed: [{ path: "notes.md", old: null, new: expect.any(String) }],
    artifacts: [{ path: "notes.md", before: null }],
    usage: { input: 300, output: 60 },
    warnings: [],
  });
  expect(gitState(place.workspace)).toBe(before);

  const [first] = requests;
  const folder = run?.folder ?? "";
  expect(first?.texts.map(({ text }) => text)).toContain(readFileSync(join(folder, "prompt.txt"), "utf8"));
  expect(first?.body).toContain(PIXEL.slice(0, 60));
  expect([first?.effort, first?.schema]).toEqual(["low", SCHEMA]);
  expect(first?.tools).not.toContain("web_search");
  // The schema that Codex read is gone, and all else is this user's alone.
  expect(readdirSync(folder)).toEqual([
    "begun.json",
    "contract.json",
    "ended.json",
    "events.jsonl",
    "prompt.txt",
  ]);
  expect(readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o077)).toEqual([
    0, 0, 0, 0, 0,
  ]);
  expect(await standingOf(place, run?.id ?? "")).toBe("proven");
  expect(place.left()).toEqual([]);
});

test.concurrent.for(VERSIONS)(
  "%s: what the user has set up gets nobody out of the sandbox",
  async (version, { onTestFinished }) => {
    // Where a sandbox lets nobody write: below the temporary folder it does.
    const escaped = `/var/tmp/countersign-test-${process.pid}-${version}`;
    onTestFinished(() => rmSync(escaped, { force: true }));
    const place = world.place(version, (request) => {
      const commands = [`touch ${escaped}`, "env > seen.txt"];
      const command = commands[request.outputs.length];
      return command === undefined ? say("Done.") : runCommand(request, command);
    });
    const touched = (name: string): string => join(place.workspace, "..", name);
    const codexHome = join(place.workspace, "..", "home", ".codex");
    mkdirSync(join(codexHome, "rules"), { recursive: true });
    const server = (name: string): string =>
      `[mcp_servers.${name}]\ncommand = "touch"\nargs = ["${touched(name)}"]\nstartup_timeout_sec = 1\n`;
    writeFileSync(
      join(codexHome, "config.toml"),
      [
        `notify = ["touch", "${touched("notified")}"]`,
        'sandbox_mode = "danger-full-access"',
        readFileSync(join(world.homes[version].codexHome, "config.toml"), "utf8"),
        '[sandbox_workspace_write]\nnetwork_access = true\nwritable_roots = ["/tmp"]',
        `[shell_environment_policy]\ninherit = "all"\nignore_default_excludes = true`,
        `[projects."${place.workspace}"]\ntrust_level = "trusted"`,
        server("mine"),
      ].join("\n"),
    );
    mkdirSync(join(place.workspace, ".codex"));
    writeFileSync(join(place.workspace, ".codex", "config.toml"), server("theirs"));
    const rule = 'prefix_rule(pattern=["touch"], decision="allow")\n';
    writeFileSync(join(codexHome, "rules", "default.rules"), rule);
    const env = { CODEX_HOME: codexHome, SECRET_TOKEN: "hush", OPENAI_API_KEY: "hush" };
    const { outcome, record } = await place.exec(["--allow", "shell", "--output", "seen.txt"], env);
    expect(outcome).toEqual({ kind: "succeeded" });
    expect(record).toMatchObject({ sandbox: "workspace-write" });
    const made = ["notified", "mine", "theirs"].filter((name) => existsSync(touched(name)));
    expect([existsSync(escaped), made]).toEqual([false, []]);
    const seen = readFileSync(join(place.workspace, "seen.txt"), "utf8");
    expect(seen).toMatch(/^COUNTERSIGN_NESTED=\d{8}T/m);
    expect(seen).not.toContain("hush");
  },
);

test.concurrent.for(VERSIONS)("%s: commands have a temporary folder of their own", async (version) => {
  const outside = `/tmp/countersign-test-${process.pid}-${version}`;
  const script = `mktemp > made.txt && echo x > "$(cat made.txt)" && ! touch ${outside}`;
  const place = world.place(version, (request) =>
    request.outputs.length === 0 ? runCommand(request, script) : say("Done."),
  );
  const { run, record } = await place.exec(["--allow", "shell", "--output", "made.txt"]);
  expect(record?.commands.map(({ exitCode }) => exitCode)).toEqual([0]);
  const made = readFileSync(join(place.workspace, "made.txt"), "utf8").trim();
  expect(made.startsWith(`${run?.folder}/tmp/`)).toBe(true);
  expect([existsSync(outside), existsSync(join(run?.folder ?? "", "tmp"))]).toEqual([false, false]);
  expect(readdirSync(place.workspace).sort()).toEqual([".git", "README.md", "made.txt", "old.txt"]);
});

test("full access has its reason on record", async () => {
  const outside = (place: ExecPlace): string => join(place.workspace, "..", "outside");
  const place: ExecPlace = world.place("0.169", (request) =>
    request.outputs.length === 0 ? runCommand(request, `touch ${outside(place)}`) : say("Done."),
  );
  const without = await place.begin(["--danger-full-access"]);
  expect([without.exitCode, without.stderr]).toEqual([2, expect.stringContaining("needs a reason")]);
  const reason = "it installs a service";
  const { outcome, run, record } = await place.exec(["--danger-full-access", "--reason", reason]);
  expect(outcome).toEqual({ kind: "succeeded" });
  expect(record?.sandbox).toBe("danger-full-access");
  const begun = JSON.parse(readFileSync(join(run?.folder ?? "", "begun.json"), "utf8"));
  expect(begun.asked).toMatchObject({ sandbox: "danger-full-access", reason });
  expect(existsSync(outside(place))).toBe(true);
});

test("an ephemeral run outside of a repository says what cannot be known", async () => {
  const place = world.place("0.169", () => say("It is so."));
  const folder = join(place.workspace, "..", "plain");
  mkdirSync(folder);
  const words = ["exec", "--json", "--ephemeral", "--goal", `Say what is asked in ${place.name}.`];
  const { stdout, exitCode } = await place.start(words, {}, folder);
  expect(exitCode).toBe(0);
  const { record } = JSON.parse(stdout);
  expect(record).toMatchObject({
    ...{ answer: "It is so.", rollouts: [], workTree: null, changed: null, turnIds: [] },
    noRollout: "it was run with --ephemeral, of which Codex keeps no file",
  });
  expect(await standingOf(place, record.id)).toBe("plausible");
});

test("a dry run shows what would be asked, and asks nobody", async () => {
  const place = world.place("0.169", () => say("Done."));
  const asked = world.api.requests.length;
  const { stdout, exitCode } = await place.begin(["--dry-run", "--output", "a.json"]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    schema: "countersign/exec-dry-run/1",
    sandbox: { mode: "workspace-write", reason: "a.json is to be written" },
    tools: ["shell", "edit"],
    instruction: expect.stringContaining(place.name),
  });
  expect([world.api.requests.length, existsSync(join(place.workspace, "..", "state"))]).toEqual([
    asked,
    false,
  ]);
});

test("what a person reads says what was done, how it was checked and where it is on record", async () => {
  const place = world.place("0.169", (request) =>
    request.outputs.length === 0 ? runCommand(request, "echo hello > out.txt") : say("Written.\u001b[2J"),
  );
  const goal = ["--goal", `Do what is asked in ${place.name}.`];
  const { stdout, stderr } = await place.start(["exec", "--output", "out.txt", ...goal]);
  expect(stdout).toMatch(
    /^Countersign: done, by the checks below\.\nCodex \(gpt-5\.5, workspace-write\): 1 command run, 1 file changed, /,
  );
  expect(stdout).toMatch(/\n {2}holds {2}kind of out\.txt: text\n/);
  expect(stdout).toMatch(
    /\n {2}added {2}out\.txt\nIts answer, which is a claim:\n\nWritten\.\n\nRun \d{8}T\d{9}Z-[0-9a-f]{8}, on record in \//,
  );
  expect(stderr).toContain("runs    echo hello > out.txt");
});
