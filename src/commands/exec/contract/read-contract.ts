import { oneLine } from "#base/text.ts";
import type { Call } from "#commands/command.ts";
import type { Contract } from "#gate/contract/contract.ts";
import { parseContract } from "#gate/contract/parse-contract.ts";
import { contractJson } from "./contract-json.ts";
import { contractOfFlags } from "./contract-of-flags.ts";
import { TASK_OPTION_NAMES } from "./contract-options.ts";
import { contractText, usageFault } from "./contract-text.ts";
import { schemaFaults } from "./json-schema.ts";

/**
 * Returns the contract that a call gives: from a file, from standard input, or from options. `--model`,
 * `--effort` and `--timeout` also go on top of a file.
 *
 * @throws UsageFault with one line that names the key and what is wrong with it. Nothing was run.
 */
export async function readContract(call: Call): Promise<Contract> {
  const name = call.texts.get("contract");
  const where = name === undefined ? "the task" : name === "-" ? "standard input" : oneLine(name);
  const value = name === undefined ? await contractOfFlags(call) : await fromFile(call, name, where);
  const parsed = parseContract(withOptions(call, value));
  const faults = parsed.kind === "invalid" ? parsed.faults : await schemaFaults(parsed.contract);
  const [fault, ...others] = faults;
  if (parsed.kind === "contract" && fault === undefined) return parsed.contract;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  throw usageFault(`${where}: ${fault}${more}; see docs/contracts.md`);
}

async function fromFile(call: Call, name: string, where: string): Promise<unknown> {
  const given = TASK_OPTION_NAMES.find(
    (option) => call.flags.has(option) || call.texts.has(option) || call.lists.has(option),
  );
  const beside = given === undefined ? call.positionals[0] && "a goal" : `--${given}`;
  if (beside)
    throw usageFault(`--contract says all that is wanted, and ${beside} is given beside it; leave one out`);
  return contractJson(where, await contractText(call, "contract", name));
}

function withOptions(call: Call, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const timeout = call.texts.get("timeout");
  return {
    ...value,
    ...given("model", call.texts.get("model")),
    ...given("effort", call.texts.get("effort")),
    ...given("timeoutSeconds", timeout === undefined ? undefined : Number(timeout)),
  };
}

function given(key: string, value: string | number | undefined): object {
  return value === undefined ? {} : { [key]: value };
}
