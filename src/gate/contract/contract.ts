import * as z from "zod/mini";
import { atLeast, atMost } from "#base/lengths.ts";

/**
 * What Codex may use. `shell` runs commands, `edit` applies patches; a server of MCP is named by
 * `mcp:<server>`. `web` and `image` are tools of the provider's own.
 */
const Tool = z.union([
  z.enum(["shell", "edit", "web", "image"]),
  z.string().check(z.regex(/^mcp:[A-Za-z0-9_-]{1,64}$/)),
]);
export type Tool = z.output<typeof Tool>;

/** What an output has to be. `any` is a file of which nothing is known but that it is not empty. */
const OutputKind = z.enum(["any", "text", "json", "jsonl", "png", "jpeg", "webp", "pdf", "zip"]);
export type OutputKind = z.output<typeof OutputKind>;

/** A JSON schema (2020-12), as it stands. */
const Schema = z.record(z.string(), z.unknown());
export type Schema = z.output<typeof Schema>;

const Path = z.string().check(atLeast(1), atMost(4096));
const Text = z.string().check(atLeast(1), atMost(100_000));
const Bytes = z.int().check(z.nonnegative());
const Seconds = z.int().check(z.positive(), z.maximum(86_400));

/** A command as it is started, without a shell. */
const Argv = z.array(z.string()).check(atLeast(1), atMost(200));

export const ContractOutput = z.strictObject({
  /** From the workspace, with `/`; never outside of it. */
  path: Path,
  kind: z._default(OutputKind, "any"),
  minBytes: z._default(Bytes, 1),
  maxBytes: z.optional(Bytes),
  /** For `json`, and for each line of `jsonl`. */
  schema: z.optional(Schema),
});
export type ContractOutput = z.output<typeof ContractOutput>;

export const Verification = z.strictObject({
  command: Argv,
  /** From the workspace. */
  cwd: z.optional(Path),
  exitCode: z._default(z.int().check(z.nonnegative(), z.maximum(255)), 0),
  timeoutSeconds: z._default(Seconds, 120),
  /**
   * Where it runs: with all rights of the user, or in the sandbox of Codex, where it may write in the
   * workspace, or nowhere, and reaches no network.
   */
  sandbox: z._default(z.enum(["none", "workspace-write", "read-only"]), "none"),
  /** Variables that it needs although their names look like those of secrets. */
  environment: z._default(z.array(z.string().check(z.regex(/^[A-Za-z_][A-Za-z0-9_]*$/))), []),
});
export type Verification = z.output<typeof Verification>;

export const Tools = z.strictObject({
  /** What the instruction allows; where nothing is said, what the outputs need. */
  allowed: z._default(z.array(Tool).check(atMost(50)), []),
  /** What must have been used, by the events of the run. */
  required: z._default(z.array(Tool).check(atMost(50)), []),
});

export const Prohibitions = z.strictObject({
  /** Said to the agent. */
  rules: z._default(z.array(Text).check(atMost(100)), []),
  /** Globs from the workspace: no file that they match, or below a folder that they match, may be changed: checked. */
  paths: z._default(z.array(Path).check(atMost(1_000)), []),
  /** Whether only the outputs may be changed, which is checked. */
  othersUnchanged: z._default(z.boolean(), false),
});

export const Input = z.strictObject({ path: Path });

/** A ready check beyond files of the workspace: images that Codex itself keeps, by thread. */
export const Generates = z.strictObject({
  /** How many there must be at least. */
  images: z.int().check(z.positive(), z.maximum(100)),
  /** Where in the workspace we copy the first of them to, in the order in which they were made. */
  copyTo: z._default(z.array(Path).check(atMost(100)), []),
});

/**
 * One task for one run: what is wanted, what may be used, and how it is told whether it was done.
 * Nothing in it is taken from what the agent says.
 */
export const Contract = z.strictObject({
  schema: z.optional(z.literal("countersign/contract/1")),
  goal: Text,
  tools: z._default(Tools, { allowed: [], required: [] }),
  /** Commands of which each must have been run, by itself or joined by `&&`, and have ended with 0. */
  requiredCommands: z._default(z.array(Text).check(atMost(50)), []),
  /** Files or folders that must be there before it begins. */
  inputs: z._default(z.array(Input).check(atMost(1_000)), []),
  /** Images of the workspace that are handed over with the instruction. */
  images: z._default(z.array(Path).check(atMost(50)), []),
  outputs: z._default(z.array(ContractOutput).check(atMost(1_000)), []),
  prohibitions: z._default(Prohibitions, { rules: [], paths: [], othersUnchanged: false }),
  /** What is run again by us afterwards; what the agent says of it does not count. */
  verify: z._default(z.array(Verification).check(atMost(100)), []),
  answer: z._default(
    z.discriminatedUnion("format", [
      z.strictObject({ format: z.literal("text") }),
      z.strictObject({ format: z.literal("json"), schema: Schema }),
    ]),
    { format: "text" },
  ),
  /** What the run needs at least. By default as little as the outputs allow. */
  sandbox: z.optional(z.enum(["read-only", "workspace-write"])),
  model: z.optional(Text),
  effort: z.optional(Text),
  timeoutSeconds: z._default(Seconds, 600),
  generates: z.optional(Generates),
});
export type Contract = z.output<typeof Contract>;
