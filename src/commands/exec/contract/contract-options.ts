import type { OptionDescription } from "#commands/command.ts";

/** The options that say what is wanted, where no contract file does. */
const TASK_OPTIONS = {
  allow: many("TOOL", "a tool that may be used: shell, edit, web, image or mcp:SERVER"),
  require: many("TOOL", "a tool that must have been used, by the events of the run"),
  "require-command": many("COMMAND", "a command that must have been run and have ended with 0"),
  input: many("PATH", "a file or folder that must be there"),
  image: many("PATH", "an image of this folder that is handed over"),
  output: many("PATH", "a file that must be written; its ending says of which kind"),
  forbid: many("RULE", "a rule that the agent is told"),
  keep: many("GLOB", "files that must not be changed, which is checked"),
  "only-outputs": { type: "boolean", help: "nothing but the outputs may be changed, which is checked" },
  verify: many("COMMAND", "a command that we run afterwards, without a shell; it must end with 0"),
  "answer-schema": {
    type: "string",
    value: "FILE",
    help: "the answer must be JSON as this JSON schema says",
  },
  images: { type: "string", value: "N", help: "so many images must be generated" },
  "copy-to": many("PATH", "where a generated image is copied to"),
  write: { type: "boolean", help: "files of this folder may be changed, whatever the outputs" },
} as const satisfies Readonly<Record<string, OptionDescription>>;

/** The options from which `readContract` makes a contract, or which say where it is. */
export const CONTRACT_OPTIONS = {
  contract: { type: "string", value: "FILE", help: "the contract, as JSON; - for standard input" },
  goal: { type: "string", value: "TEXT", help: "what is to be done; - for standard input" },
  ...TASK_OPTIONS,
  model: { type: "string", value: "NAME", help: "the model; by default Codex's own" },
  effort: { type: "string", value: "LEVEL", help: "how hard it thinks, in the model's own words" },
  timeout: { type: "string", value: "SECONDS", help: "when it is ended; 600 by default" },
} as const satisfies Readonly<Record<string, OptionDescription>>;

/** How the options above stand in a line of usage. */
export const CONTRACT_USAGE =
  "[GOAL | --goal TEXT | --contract FILE] [--input PATH]... [--image PATH]... [--output PATH]... [--write] [--allow TOOL]... [--require TOOL]... [--require-command COMMAND]... [--forbid RULE]... [--keep GLOB]... [--only-outputs] [--verify COMMAND]... [--answer-schema FILE] [--images N] [--copy-to PATH]... [--model NAME] [--effort LEVEL] [--timeout SECONDS]";

/** The names of the options that a contract file leaves no room for. */
export const TASK_OPTION_NAMES: readonly string[] = ["goal", ...Object.keys(TASK_OPTIONS)];

function many<V extends string, H extends string>(value: V, help: H) {
  return { type: "string", value, help, multiple: true } as const;
}
