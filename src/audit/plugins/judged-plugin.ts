import type { Consistency } from "./consistency.ts";
import type { PluginFinding } from "./findings/plugin-finding.ts";
import type { NextLoad } from "./next-load.ts";
import type { PluginFacts } from "./plugin-facts.ts";

/** All that is known of one plugin, what a new session would load, and what is to be said of it. */
export type JudgedPlugin = {
  readonly facts: PluginFacts;
  readonly next: NextLoad;
  readonly consistency: Consistency;
  readonly findings: readonly PluginFinding[];
};
