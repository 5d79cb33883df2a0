import { shellWords } from "#base/shell-words.ts";
import { clip, oneLine } from "#base/text.ts";
import { allowedTools } from "./allowed-tools.ts";
import type { Contract } from "./contract.ts";
import { type ContractCheck, fails, holds } from "./contract-check.ts";
import { joinedCommands } from "./joined-commands.ts";
import type { RunSeen } from "./run-seen.ts";

const WORDS_LENGTH = 300;

/** What was used, by the events of the run. */
export function toolChecks(contract: Contract, seen: RunSeen): readonly ContractCheck[] {
  return [
    ...actedChecks(contract, seen),
    ...allowedChecks(contract, seen),
    ...contract.tools.required.map((tool) => requiredCheck(tool, seen)),
    ...contract.requiredCommands.map((command) => commandCheck(command, contract, seen)),
  ];
}

/**
 * Whether anything was done at all where something was to be done. An agent that refuses is told from
 * one that did the wrong thing by what it did, which is nothing, and that it spoke: never by its words,
 * for "I cannot" is also what one says that then does it, and a refusal can be worded as a success.
 */
function actedChecks(contract: Contract, seen: RunSeen): readonly ContractCheck[] {
  const { tools, requiredCommands, outputs, generates } = contract;
  const demands = tools.required.length + requiredCommands.length + outputs.length;
  if (demands === 0 && generates === undefined) return [];
  const name = "acted";
  if (seen.uses.length > 0) return [holds(name, `uses of tools: ${seen.uses.length}`)];
  if (made(seen)) return [holds(name, "something was made")];
  const said = clip(oneLine(seen.answer ?? ""), WORDS_LENGTH);
  if (said === "") return [fails(name, "no_tool_use", "Codex used no tool, made nothing and said nothing")];
  return [fails(name, "agent_refused", `Codex used no tool and made nothing; it only said: ${said}`)];
}

function made({ outputs, guarded, images }: RunSeen): boolean {
  const changed = outputs.some(({ before, after }) => after.kind === "file" && after.sha256 !== before);
  return changed || images.images.length > 0 || (guarded.kind === "compared" && guarded.changed.length > 0);
}

/** Only where the contract itself says what is allowed. */
function allowedChecks(contract: Contract, { uses }: RunSeen): readonly ContractCheck[] {
  if (contract.tools.allowed.length === 0) return [];
  const allowed: readonly string[] = allowedTools(contract);
  const others = [...new Set(uses.map(({ tool }) => tool))].filter((tool) => !allowed.includes(tool));
  if (others.length === 0) return [holds("tools allowed", "no other tool was used")];
  return [
    fails("tools allowed", "tool_forbidden", `used although not allowed: ${oneLine(others.join(", "))}`),
  ];
}

function requiredCheck(tool: string, { uses, images }: RunSeen): ContractCheck {
  const name = `tool ${tool}`;
  // No event tells of a generated image: the image does.
  const done = uses.filter((use) => use.tool === tool && use.state === "done").length;
  const times = tool === "image" ? done + images.images.length : done;
  if (times > 0) return holds(name, `completed uses: ${times}`);
  const tried = uses.some((use) => use.tool === tool);
  return fails(name, "no_tool_use", `${tool} was ${tried ? "tried, and never came to its end" : "not used"}`);
}

/** Beside required commands only `cd` may stand in the line: `exit 0 && npm test` does not run the test. */
function commandCheck(command: string, { requiredCommands }: Contract, { commands }: RunSeen): ContractCheck {
  const name = `command ${clip(oneLine(command), WORDS_LENGTH)}`;
  const wanted = keyOf(shellWords(command).words);
  const known = new Set(requiredCommands.map((one) => keyOf(shellWords(one).words)));
  const runs = commands.filter(({ command: line }) => {
    const parts = joinedCommands(line);
    if (parts?.every((part) => part[0] === "cd" || known.has(keyOf(part))) !== true) return false;
    return parts.some((part) => keyOf(part) === wanted);
  });
  if (runs.some(({ exitCode }) => exitCode === 0)) return holds(name, "it was run and ended with 0");
  const last = runs.at(-1);
  if (last === undefined) return fails(name, "command_missing", "it was not run by itself");
  return fails(name, "command_missing", `it was run and ended with ${last.exitCode ?? "no exit code"}`);
}

function keyOf(words: readonly string[]): string {
  return JSON.stringify(words);
}
