/**
 * What a Stop hook may print. Only `decision: "block"` with a reason stops the host from
 * stopping; the model reads the reason, and only the user sees `systemMessage`.
 */
export type StopOutput =
  | { readonly systemMessage?: string }
  | { readonly decision: "block"; readonly reason: string; readonly systemMessage?: string };

/** What a SessionStart hook may print: plain stdout and `additionalContext` would reach the model. */
export type SessionStartOutput = { readonly systemMessage?: string };

/** The host ignores what a SessionEnd hook prints. */
export type SessionEndOutput = Readonly<Record<string, never>>;

export type HookOutput = StopOutput | SessionStartOutput | SessionEndOutput;

/**
 * Returns the one line that goes to stdout. The host lets a stop pass when anything stands
 * before or after the object, so this is all that a hook may ever write there.
 */
export function hookOutputLine(output: HookOutput): string {
  return `${JSON.stringify(output)}\n`;
}
