import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { errorCode } from "#base/fault.ts";
import { type GateWorld, makeGateWorld } from "#test/gate-world.ts";
import { makeMarkingPrograms } from "#test/marking-programs.ts";
import type { ReviewerRequest } from "#test/responses-request.ts";
import { type Action, refuse, reviewAnswer, runCommand } from "#test/reviewer-action.ts";

/** No rule for the look of a secret knows these: where one is found, it was passed on. */
const PLANTED = "planted-value";

const HOST = {
  ANTHROPIC_API_KEY: `${PLANTED}-anthropic`,
  ANTHROPIC_AUTH_TOKEN: `${PLANTED}-anthropic-token`,
  AWS_SECRET_ACCESS_KEY: `${PLANTED}-aws`,
  GITHUB_TOKEN: `${PLANTED}-github`,
  NPM_TOKEN: `${PLANTED}-npm`,
  DATABASE_URL: `postgres://user:${PLANTED}-database@host/db`,
  CLAUDE_CODE_MESSAGING_TOKEN: `${PLANTED}-messaging`,
};
/** What Codex's own configuration names, and only that, passes. */
const NAMED = { STAND_IN_KEY: `${PLANTED}-provider-key` };

let world: GateWorld;
beforeAll(async () => {
  world = await makeGateWorld((request) => reviewAnswer(request));
  const { codexHome, home } = world.codex;
  const config = join(codexHome, "config.toml");
  const provider = '[model_providers.stand-in]\nenv_key = "STAND_IN_KEY"';
  writeFileSync(
    config,
    `${readFileSync(config, "utf8").replace("[model_providers.stand-in]", provider)}# ${PLANTED}-config\n`,
  );
  writeFileSync(join(codexHome, "auth.json"), JSON.stringify({ OPENAI_API_KEY: `${PLANTED}-auth` }));
  mkdirSync(join(home, ".claude"));
  mkdirSync(join(home, "elsewhere"));
  const files = [".claude/settings.json", "elsewhere/settings.json", "elsewhere/.credentials.json"];
  for (const file of [...files.map((name) => join(home, name)), join(codexHome, ".env")])
    writeFileSync(file, `# ${PLANTED}-file\n`);
});
afterAll(async () => {
  await world.close();
});

/** Every file below a folder as text. */
function textsBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.name}\n${textOf(join(entry.parentPath, entry.name))}`)
    .join("\n");
}

/** The keeper lives, and takes files of its own away. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return "";
    throw error;
  }
}

/** Which of the planted values stand in a text. */
function plantedIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/planted-value-[a-z-]+/g)].map(([found]) => found))].sort();
}

/** The environment of the server's process, as the system has it. */
function serverVariables(): readonly string[] {
  const found = readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        const variables = readFileSync(`/proc/${pid}/environ`, "utf8");
        return command.includes("app-server") && variables.includes(world.codex.codexHome)
          ? [variables.split("\0").filter((pair) => pair !== "")]
          : [];
      } catch {
        return [];
      }
    });
  expect(found.length).toBeGreaterThan(0);
  return [...new Set(found.flat())];
}

/** What a curious reviewer does first. */
const LOOKS = [
  "env; tr '\\0' '\\n' < /proc/self/environ",
  "cat /proc/[0-9]*/environ | tr '\\0' '\\n'; true",
  'cd "$HOME"; cat .codex/auth.json .codex/config.toml .codex/.env .claude/settings.json elsewhere/*.json elsewhere/.*.json; true',
];

function looking(request: ReviewerRequest): Action {
  const command = LOOKS[request.outputs.length];
  return command === undefined ? reviewAnswer(request) : runCommand(request, command);
}

test("no secret of the host reaches the reviewer, its server, a record or a message", async () => {
  const CLAUDE_CONFIG_DIR = join(world.codex.home, "elsewhere");
  const session = world.session({ env: { ...HOST, ...NAMED, CLAUDE_CONFIG_DIR } });
  await session.start();
  world.repository.write("src/a.js", "export const a = 1;\n");
  let variables: readonly string[] = [];
  world.api.play((request) => {
    if (request.outputs.length === 1) variables = serverVariables();
    return looking(request);
  });
  const answers = [await session.stop({ last_assistant_message: "Done." })];
  expect(session.outcomes()).toEqual(["allowed"]);
  const [last] = world.api.requests.slice(-1);
  expect(last?.outputs).toHaveLength(LOOKS.length);
  expect(last?.outputs[0]).toContain("COUNTERSIGN_NESTED=1");
  expect(last?.headers.authorization).toBe(`Bearer ${NAMED.STAND_IN_KEY}`);

  world.repository.write("src/a.js", "export const a = 2;\n");
  const quoted = `Incorrect API key provided: Authorization: Bearer ${NAMED.STAND_IN_KEY}`;
  world.api.play(() => refuse(401, { message: quoted }));
  answers.push(await session.stop());
  expect(session.outcomes().at(-1)).toMatch(/^failed\(/);

  expect(variables.filter((pair) => pair.includes(PLANTED))).toEqual([`STAND_IN_KEY=${NAMED.STAND_IN_KEY}`]);
  expect(plantedIn(world.api.requests.map(({ body }) => body).join("\n"))).toEqual([]);
  expect(plantedIn(JSON.stringify(answers))).toEqual([]);
  expect(plantedIn(textsBelow(world.state))).toEqual([]);
});

test("everything below the state root is this user's alone", () => {
  const open = readdirSync(world.state, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes("/objects/"))
    .filter((path) => {
      // The keeper lives, and takes files of its own away.
      const entry = lstatSync(path, { throwIfNoEntry: false });
      return entry !== undefined && !entry.isSymbolicLink() && (entry.mode & 0o077) !== 0;
    });
  expect(open).toEqual([]);
  expect(lstatSync(world.state).mode & 0o777).toBe(0o700);
});

test("content that was put into git under the name of other content is not signed", async () => {
  const { repository } = world;
  const session = world.session({ env: NAMED });
  await session.start();
  const harm = "export const harm = 1;\n";
  const blob = repository.git("hash-object", repository.write("forged.js", harm));
  const path = join(repository.root, ".git", "objects", blob.slice(0, 2), blob.slice(2));
  mkdirSync(dirname(path), { recursive: true });
  const fine = "export const fine = 1;\n";
  writeFileSync(path, deflateSync(Buffer.from(`blob ${fine.length}\0${fine}`)));
  const before = world.api.requests.length;
  const answer = await session.stop();
  rmSync(path);
  expect(session.outcomes()).toEqual([expect.stringMatching(/^failed\(git-failed/)]);
  expect(answer.systemMessage).toContain("does not hold what it is named after");
  expect(world.api.requests).toHaveLength(before);
});

test("nor is a change over which the tree of before was put", async () => {
  const { repository } = world;
  repository.write("folder/file.js", "export const file = 1;\n");
  repository.commit("A folder");
  const session = world.session({ env: NAMED });
  await session.start();
  const before = repository.git("rev-parse", "HEAD^{tree}");
  repository.write("folder/file.js", "export const harm = 1;\n");
  repository.git("add", "--all");
  const after = repository.git("write-tree");
  const object = (name: string): string =>
    join(repository.root, ".git", "objects", name.slice(0, 2), name.slice(2));
  rmSync(object(after));
  copyFileSync(object(before), object(after));
  const answer = await session.stop();
  rmSync(object(after));
  expect(session.outcomes()).toEqual([expect.stringMatching(/^failed\(git-failed/)]);
  expect(answer.systemMessage).toContain("does not hold what it is named after");
  repository.git("reset", "-q", "--hard");
});

/** Every setting by which git starts a program of somebody's, but for content filters. */
function plantPrograms(folder: string): void {
  const { repository } = world;
  const program = (name: string): string => join(folder, name);
  const settings: Readonly<Record<string, string>> = {
    "core.fsmonitor": program("fsmonitor"),
    "core.hooksPath": join(folder, "hooks"),
    "core.sshCommand": program("ssh"),
    "core.pager": program("pager"),
    "core.editor": program("editor"),
    "core.askPass": program("askpass"),
    "core.alternateRefsCommand": program("alternates"),
    "credential.helper": program("credential"),
    "gpg.program": program("gpg"),
    "log.showSignature": "true",
    "diff.external": program("external"),
    "diff.evil.command": program("driver"),
    "diff.evil.textconv": program("textconv"),
    "merge.evil.driver": program("merge"),
    "interactive.diffFilter": program("interactive"),
    "alias.ls-files": `!${program("alias")}`,
    "alias.status": `!${program("alias")}`,
    "remote.origin.url": `ext::${program("remote")}`,
    "remote.origin.promisor": "true",
    "protocol.ext.allow": "always",
    "submodule.inner.update": `!${program("submodule")}`,
    "include.path": program("included"),
  };
  for (const [name, value] of Object.entries(settings)) repository.git("config", name, value);
  writeFileSync(program("included"), `[core]\n\tsshCommand = ${program("ssh")}\n`);
  const text = readFileSync(join(repository.root, ".git", "config"), "utf8");
  writeFileSync(
    join(repository.root, ".git", "config"),
    `${text.replace("repositoryformatversion = 0", "repositoryformatversion = 1")}[extensions]\n\tpartialClone = origin\n`,
  );
}

const PROGRAMS =
  "fsmonitor ssh pager editor askpass alternates credential gpg external driver textconv merge interactive alias remote submodule".split(
    " ",
  );
const HOOKS =
  "pre-commit post-index-change reference-transaction post-checkout fsmonitor-watchman pre-auto-gc".split(
    " ",
  );
const NAMES = ["-rf", "--output=x", ":(exclude)*", ":!a", "line\nbreak", "-", "@{-1}", "%(objectname)"];

test("no setting of a hostile repository starts a program, and no name in it is taken for an option", async () => {
  const { repository } = world;
  repository.write("gone.js", "export const gone = 1;\n");
  repository.write(".gitattributes", "*.js diff=evil merge=evil\n");
  repository.commit("Prepare");
  const { folder, marks } = makeMarkingPrograms(repository.beside, PROGRAMS);
  const hooks = makeMarkingPrograms(join(folder, "more"), HOOKS);
  renameSync(hooks.folder, join(folder, "hooks"));
  const blob = repository.git("rev-parse", "HEAD:gone.js");
  plantPrograms(folder);
  rmSync(join(repository.root, ".git", "objects", blob.slice(0, 2), blob.slice(2)));
  rmSync(join(repository.root, ".git", "index"));
  const session = world.session({ env: NAMED });
  await session.start();
  for (const name of NAMES) repository.write(`odd/${name}`, "export const odd = 1;\n");
  for (const name of NAMES) repository.write(name, "export const odd = 1;\n");
  repository.write("gone.js", "export const gone = 2;\n");
  world.api.play((request) => reviewAnswer(request));
  await session.stop();
  expect(session.outcomes()).toEqual([expect.stringMatching(/^allowed/)]);
  const shown = session.receipts()[0]?.scope?.shown.map(({ path }) => path) ?? [];
  expect(shown).toEqual(expect.arrayContaining(NAMES.flatMap((name) => [name, `odd/${name}`])));
  await world.countersign(["review", "--uncommitted"], NAMED);
  expect([...marks(), ...hooks.marks()]).toEqual([]);
  expect(() => repository.git("cat-file", "-p", blob)).toThrow();
  expect(marks()).not.toEqual([]);
});
