import { oneLine } from "#base/text.ts";
import { allowedTools } from "./allowed-tools.ts";
import type { Contract, Verification } from "./contract.ts";
import { joinedCommands } from "./joined-commands.ts";
import { outputPathFault, pathFault } from "./path-fault.ts";
import { pathGlobs } from "./path-globs.ts";

/**
 * Returns what in a contract contradicts itself or reaches out of the workspace, one line each with the
 * key first. What only the disk can tell (links, what is there) is looked at where the disk is.
 */
export function contractFaults(contract: Contract): readonly string[] {
  return [
    ...textFaults(contract),
    ...pathFaults(contract),
    ...twiceFaults(contract),
    ...outputFaults(contract),
    ...toolFaults(contract),
    ...commandFaults(contract),
    ...prohibitionFaults(contract),
    ...contract.verify.flatMap(verificationFaults),
    ...imageFaults(contract),
  ];
}

type Named = readonly [key: string, path: string];

function textFaults({ goal, prohibitions, requiredCommands }: Contract): readonly string[] {
  const texts: readonly Named[] = [
    ["goal", goal],
    ...prohibitions.rules.map((rule, index) => [`prohibitions.rules.${index}`, rule] as const),
    ...requiredCommands.map((command, index) => [`requiredCommands.${index}`, command] as const),
  ];
  return texts.flatMap(([key, text]) => {
    if (text.trim() === "") return [`${key}: has no words`];
    return /\p{Cs}|\0/u.test(text)
      ? [`${key}: holds a NUL or half a character, which no program can be handed`]
      : [];
  });
}

/** A command is compared with those that were run, one by one. */
function commandFaults({ requiredCommands }: Contract): readonly string[] {
  return requiredCommands.flatMap((command, index) =>
    joinedCommands(command)?.length === 1
      ? []
      : [
          `requiredCommands.${index}: "${oneLine(command)}" is more than one command; name one, without ; | & and the like`,
        ],
  );
}

function pathFaults(contract: Contract): readonly string[] {
  const read: readonly Named[] = [
    ...contract.inputs.map(({ path }, index) => [`inputs.${index}.path`, path] as const),
    ...contract.images.map((path, index) => [`images.${index}`, path] as const),
    ...contract.verify.flatMap(({ cwd }, index) =>
      cwd === undefined || cwd === "." ? [] : [[`verify.${index}.cwd`, cwd] as const],
    ),
  ];
  return [
    ...read.flatMap(([key, path]) => said(key, path, pathFault(path))),
    ...written(contract).flatMap(([key, path]) => said(key, path, outputPathFault(path))),
  ];
}

function said(key: string, path: string, fault: string | undefined): readonly string[] {
  return fault === undefined ? [] : [`${key}: "${oneLine(path)}" ${fault}`];
}

/** What the run, or we after it, are to write. */
function written({ outputs, generates }: Contract): readonly Named[] {
  const copies = generates?.copyTo ?? [];
  return [
    ...outputs.map(({ path }, index) => [`outputs.${index}.path`, path] as const),
    ...copies.map((path, index) => [`generates.copyTo.${index}`, path] as const),
  ];
}

/** Two spellings of one name are one file on some systems (Unicode's normal forms). */
function twiceFaults(contract: Contract): readonly string[] {
  const seen = new Map<string, string>([
    ...contract.inputs.map(({ path }) => [path.normalize("NFC"), "an input"] as const),
    ...contract.images.map((path) => [path.normalize("NFC"), "an image that is handed over"] as const),
  ]);
  const names = written(contract).map(([, path]) => path.normalize("NFC"));
  return written(contract).flatMap(([key, path]) => {
    const name = path.normalize("NFC");
    const other = seen.get(name);
    seen.set(name, "another output");
    if (other !== undefined) return [`${key}: "${oneLine(path)}" is ${other} too`];
    const above = names.find((one) => name.startsWith(`${one}/`));
    if (above === undefined) return [];
    return [`${key}: "${oneLine(path)}" lies below "${oneLine(above)}", which is to be a file`];
  });
}

function outputFaults({ outputs, sandbox }: Contract): readonly string[] {
  const faults = outputs.flatMap(({ kind, minBytes, maxBytes, schema }, index) => [
    ...(schema !== undefined && kind !== "json" && kind !== "jsonl"
      ? [`outputs.${index}.schema: only the kinds json and jsonl have one, not ${kind}`]
      : []),
    ...(maxBytes !== undefined && maxBytes < minBytes
      ? [`outputs.${index}.maxBytes: is less than minBytes, which is ${minBytes}`]
      : []),
  ]);
  if (sandbox !== "read-only" || outputs.length === 0) return faults;
  return [...faults, 'sandbox: "read-only" lets no output be written; leave it out'];
}

function toolFaults(contract: Contract): readonly string[] {
  const { tools, requiredCommands, outputs, sandbox } = contract;
  const allowed = allowedTools(contract);
  const needs = (key: string, holds: boolean, text: string) => (holds ? [] : [`${key}: ${text}`]);
  return [
    ...tools.required.flatMap((tool, index) =>
      needs(`tools.required.${index}`, allowed.includes(tool), `${tool} is not among tools.allowed`),
    ),
    ...needs(
      "requiredCommands",
      requiredCommands.length === 0 || allowed.includes("shell"),
      "commands need shell among tools.allowed",
    ),
    ...needs(
      "outputs",
      outputs.length === 0 || allowed.includes("edit") || allowed.includes("shell"),
      "to write a file takes edit or shell among tools.allowed",
    ),
    ...needs(
      "sandbox",
      sandbox !== "read-only" || ![...tools.allowed, ...tools.required].includes("edit"),
      '"read-only" lets nothing be edited',
    ),
  ];
}

function prohibitionFaults(contract: Contract): readonly string[] {
  return contract.prohibitions.paths.flatMap((glob, index) => {
    const key = `prohibitions.paths.${index}`;
    if (glob.startsWith("!"))
      return [`${key}: "${oneLine(glob)}" begins with "!"; name what must not be changed`];
    const fault = pathFault(glob);
    if (fault !== undefined) return [`${key}: "${oneLine(glob)}" ${fault}`];
    const matches = pathGlobs([glob]);
    const output = written(contract).find(([, path]) => matches(path));
    return output === undefined
      ? []
      : [`${key}: "${oneLine(glob)}" matches ${output[0]}, which is to be written`];
  });
}

function verificationFaults({ command }: Verification, index: number): readonly string[] {
  const key = `verify.${index}.command`;
  if (command[0]?.trim() === "") return [`${key}: names no program`];
  return command.some((word) => /\p{Cs}|\0/u.test(word))
    ? [`${key}: holds a NUL or half a character, which no program can be handed`]
    : [];
}

function imageFaults(contract: Contract): readonly string[] {
  const { generates } = contract;
  if (generates === undefined) return [];
  const few = generates.copyTo.length > generates.images;
  return [
    ...(few
      ? [`generates.copyTo: names ${generates.copyTo.length} files for ${generates.images} images`]
      : []),
    ...(allowedTools(contract).includes("image") ? [] : ["generates: needs image among tools.allowed"]),
  ];
}
