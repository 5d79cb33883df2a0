import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Built, builtFile } from "#commands/installation.ts";
import { shellQuoted } from "#commands/setup/launcher-script.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";

const STOP = "Countersign: ";

let repository: ScratchRepository;
beforeAll(() => {
  repository = makeRepository();
  repository.write("a.txt", "a\n");
  repository.commit("Begin");
});
afterAll(() => {
  repository.remove();
});

/** Runs hooks as children of a shell that stands for the host, and returns what the last one says. */
function underHost(
  env: Readonly<Record<string, string>>,
  ...hooks: readonly { readonly name: Built; readonly input: string; readonly injected?: string }[]
): unknown {
  const lines = hooks.map(({ name, input, injected = "" }) => {
    const program = [process.execPath, builtFile(name)].map(shellQuoted).join(" ");
    return `printf %s ${shellQuoted(input)} | env CLAUDE_PID=$$ ${injected} ${program}`;
  });
  const printed = execFileSync("/bin/sh", ["-c", `${lines.join("\n")}\n:`], {
    env: {
      PATH: process.env["PATH"],
      HOME: repository.home,
      COUNTERSIGN_HOME: join(repository.beside, "state"),
      COUNTERSIGN_CODEX: "/nonexistent/codex",
      ...env,
    },
    cwd: repository.root,
    encoding: "utf8",
  });
  return JSON.parse(printed.trim().split("\n").at(-1) ?? "");
}

test("what a review starts does nothing", () => {
  const stop = { name: "stop", input: "no input at all" } as const;
  expect(underHost({ COUNTERSIGN_NESTED: "1" }, stop)).toEqual({});
});

test.runIf(process.platform === "linux")(
  "a guard that the host was not started with switches nothing off",
  () => {
    const stop = { name: "stop", input: "no input at all", injected: "COUNTERSIGN_NESTED=1" } as const;
    expect(underHost({}, stop)).toMatchObject({ systemMessage: expect.stringContaining(STOP) });
    const other = "COUNTERSIGN_NESTED=1 CLAUDE_PID=1";
    expect(underHost({}, { ...stop, injected: other })).toMatchObject({
      systemMessage: expect.stringContaining(STOP),
    });
  },
);

test.runIf(process.platform === "linux")("a state root that was moved away under a session is said", () => {
  const common = { session_id: "moved-1", cwd: repository.root };
  const elsewhere = join(repository.beside, "elsewhere");
  const start = { name: "session-start", input: JSON.stringify({ ...common, source: "startup" }) } as const;
  const stop = { name: "stop", input: JSON.stringify(common) } as const;
  const moved = { ...stop, injected: `COUNTERSIGN_HOME=${shellQuoted(elsewhere)}` };
  const said = (answer: unknown): string => JSON.stringify(answer);
  repository.write("a.txt", "changed\n");
  expect(said(underHost({}, start, stop))).not.toContain("has its record in");
  const answer = said(underHost({}, start, moved));
  expect(answer).toContain(`has its record in ${join(repository.beside, "state")}`);
  expect(answer).toContain(`keep it in ${elsewhere}`);
  expect(answer).toContain("this session had no baseline");
  expect(said(underHost({}, moved))).not.toContain("has its record in");
});
