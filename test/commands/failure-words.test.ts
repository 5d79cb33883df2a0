import { expect, test } from "vitest";
import { CodexFault } from "#codex/fault.ts";
import type { Command } from "#commands/command.ts";
import { explain } from "#commands/explain.ts";
import { failureWords } from "#commands/failure-words.ts";
import type { Failure } from "#gate/failure/failure.ts";
import { failureMessage } from "#gate/failure/failure-message.ts";
import { callCommand } from "#test/call-command.ts";
import { DETAIL, ONE_OF_EACH } from "#test/failure-values.ts";
import { freshLocations } from "#test/state-root.ts";

const ALL: readonly Failure[] = Object.values(ONE_OF_EACH);
/** The names of keys of the configuration, and words of upstream, are nobody's promise. */
const PLAIN = (text: string): string => text.replace(/`[^`]*`|\([^)]*\)/g, "");

test.each(ALL.map((failure) => [failure.kind, failure] as const))(
  "%s is told without a word of what is not there",
  (_kind, failure) => {
    for (const occasion of ["review", "command"] as const) {
      const words = failureWords(failure, occasion);
      expect(words).toMatch(/^\S.*\. \S.*\.$/);
      expect(PLAIN(words)).not.toMatch(/\bstops?\b|undefined/i);
      if ("detail" in failure) expect(words).toContain(DETAIL);
    }
    expect(PLAIN(failureWords(failure, "command"))).not.toMatch(/\breview|\breceipt|\bgate\b/i);
  },
);

test("at a stop the same failure still speaks of stops", () => {
  expect(failureMessage({ kind: "server-draining" })).toContain("A later stop tries again");
});

test("what a command throws is told in that command's words", async () => {
  const failing = (name: string): Command => ({
    name,
    summary: "Fails.",
    usage: "",
    options: {},
    run: () => Promise.reject(new CodexFault({ kind: "server-draining" })),
  });
  const names = ["review", "thread review", "status"];
  const entries = names.map((name) => ({ name, summary: "", load: async () => failing(name) }));
  const told = [];
  for (const name of names) {
    const { code, stderr } = await callCommand(freshLocations(), name.split(" "), {}, entries);
    expect(code).toBe(2);
    told.push(stderr);
  }
  const what = "countersign: The Codex app-server was shutting down. ";
  expect(told).toEqual([
    `${what}Run \`countersign review\` again: the change is still due.\n`,
    `${what}Try again in a moment.\n`,
    `${what}Try again in a moment.\n`,
  ]);
  expect(explain(new Error("odd"))).toBe(
    "Countersign made a mistake of its own (odd). Please report it with this line.",
  );
});
