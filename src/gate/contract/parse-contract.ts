import * as z from "zod/mini";
import { nearest } from "#base/nearest.ts";
import { clip, oneLine } from "#base/text.ts";
import { Contract, ContractOutput, Generates, Input, Prohibitions, Tools, Verification } from "./contract.ts";
import { contractFaults } from "./contract-faults.ts";
import { issueWords } from "./issue-words.ts";

export type ParsedContract =
  | { readonly kind: "contract"; readonly contract: Contract }
  /** One line each, the key first. Never empty. */
  | { readonly kind: "invalid"; readonly faults: readonly string[] };

const SHOWN_LENGTH = 80;

/** Returns the contract that a decoded value is, or everything that is wrong with it. */
export function parseContract(value: unknown): ParsedContract {
  const parsed = z.safeParse(Contract, value, { reportInput: true });
  if (!parsed.success) return { kind: "invalid", faults: parsed.error.issues.flatMap(issueLines) };
  const faults = contractFaults(parsed.data);
  return faults.length === 0 ? { kind: "contract", contract: parsed.data } : { kind: "invalid", faults };
}

type Issue = z.core.$ZodIssue;

function issueLines(issue: Issue): readonly string[] {
  const place = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(place, key));
  return [`${place === "" ? "the contract" : shown(place)}: ${issueWords(issue)}`];
}

/** The keys of a contract and of each of its parts, by the first word of their path. */
const KEYS: readonly (readonly [part: string, keys: readonly string[]])[] = [
  ["", Object.keys(Contract.shape)],
  ["tools", Object.keys(Tools.shape)],
  ["inputs", Object.keys(Input.shape)],
  ["outputs", Object.keys(ContractOutput.shape)],
  ["prohibitions", Object.keys(Prohibitions.shape)],
  ["verify", Object.keys(Verification.shape)],
  ["answer", ["format", "schema"]],
  ["generates", Object.keys(Generates.shape)],
];

function unknownKey(place: string, key: string): string {
  const known = KEYS.filter(([part]) => part === place.replace(/\..*/, "")).flatMap(([, keys]) => keys);
  const close = nearest(key, known);
  const whole = place === "" ? key : `${place}.${key}`;
  const advice = close === undefined ? `the keys there are ${known.join(", ")}` : `did you mean "${close}"?`;
  return `${shown(whole)}: is no key of a contract; ${advice}`;
}

function shown(text: string): string {
  return clip(oneLine(text), SHOWN_LENGTH);
}
