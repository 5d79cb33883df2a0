import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type GateWorld, makeGateWorld } from "#test/gate-world.ts";
import { reviewAnswer, runCommand } from "#test/reviewer-action.ts";

/** Texts that the repository and the user's setup would put into any other conversation there. */
const TRAPS = ["PROJECT DEVELOPER", "PROJECT MODEL", "PROJECT VARIABLE", "PROJECT AGENTS", "PROJECT SKILL"];
const PROGRAMS = ["user-one", "user-two", "project-server", "user-notify", "login-shell"];

let world: GateWorld;
beforeEach(async () => {
  world = await makeGateWorld((request) =>
    request.outputs.length === 0 ? runCommand(request, "env; ls -a") : reviewAnswer(request),
  );
});
afterEach(async () => {
  await world.close();
});

const log = (name: string): string => join(world.codex.root, "log", name);

function write(path: string, text: string, mode = 0o644): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
  return path;
}

/** A program that notes that it was started. */
function program(name: string): string {
  const file = write(log(name), "");
  return write(
    join(world.codex.root, "bin", name),
    `#!/bin/sh\necho started >> '${file}'\nexec cat > /dev/null\n`,
    0o755,
  );
}

function trapRepository(): void {
  const { repository } = world;
  repository.write(
    ".codex/config.toml",
    `developer_instructions = "PROJECT DEVELOPER"
model = "PROJECT MODEL"
[shell_environment_policy.set]
FROM_PROJECT = "PROJECT VARIABLE"
[mcp_servers.project-server]
command = "${program("project-server")}"
`,
  );
  repository.write("AGENTS.md", "PROJECT AGENTS");
  repository.write(".agents/skills/one/SKILL.md", "---\nname: one\ndescription: PROJECT SKILL\n---\n");
  repository.commit("Lay traps");
}

function trapUser(): void {
  const { codex, repository } = world;
  const config = join(codex.codexHome, "config.toml");
  const tables = `
[projects."${repository.root}"]
trust_level = "trusted"
[mcp_servers.user-one]
command = "${program("user-one")}"
[mcp_servers.user-two]
command = "${program("user-two")}"
`;
  const keys = `notify = ["${program("user-notify")}"]\ndeveloper_instructions = "USER DEVELOPER"\n`;
  write(config, `${keys}${readFileSync(config, "utf8")}${tables}`);
  write(join(codex.home, ".agents/skills/two/SKILL.md"), "---\nname: two\ndescription: USER SKILL\n---\n");
  write(join(codex.home, ".bashrc"), `${program("login-shell")} < /dev/null\n`);
}

test("nothing of a trusted project and of the user's setup reaches the review of a stop", async () => {
  trapRepository();
  trapUser();
  const session = world.session();
  await session.start();
  world.repository.write("src/new.js", "export const added = 1;\n");
  expect((await session.stop()).systemMessage).toContain("signed by gpt-5.5");
  await session.end();

  const [first, second] = world.api.requests;
  expect(world.api.requests).toHaveLength(2);
  expect(second?.outputs.join("\n")).toContain("AGENTS.md");
  for (const request of [first, second]) {
    for (const trap of [...TRAPS, "USER DEVELOPER", "USER SKILL"]) expect(request?.body).not.toContain(trap);
    expect(request?.model).toBe("gpt-5.5");
    expect(request?.tools.filter((name) => /project-server|user-one|user-two/.test(name))).toEqual([]);
  }
  for (const name of PROGRAMS) expect([name, readFileSync(log(name), "utf8")]).toEqual([name, ""]);
  const review = session.receipts().at(-1)?.review;
  expect(review).toMatchObject({ sandbox: "profile", instructionSources: [], serverKind: "shared" });
});
