import { type Call, type OptionDescription, UsageFault } from "#commands/command.ts";

const SECONDS = 120;

export const TIMEOUT_OPTION: OptionDescription = {
  type: "string",
  value: "SECONDS",
  help: `how long the remote is waited for in all (${SECONDS})`,
};

/**
 * Returns the signal at which the network is given up.
 *
 * @throws UsageFault for a time that is none.
 */
export function networkSignal(call: Call): AbortSignal {
  const text = call.texts.get("timeout") ?? String(SECONDS);
  if (!/^[1-9]\d{0,4}$/.test(text)) {
    throw new UsageFault({ kind: "usage", text: `--timeout takes seconds from 1 to 99999, not "${text}"` });
  }
  return AbortSignal.any([call.signal, AbortSignal.timeout(Number(text) * 1000)]);
}
