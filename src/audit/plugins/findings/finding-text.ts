import type { Weight } from "#audit/verdict.ts";
import type { PluginFinding, PluginFindingKind } from "./plugin-finding.ts";

/** What is told of one kind of finding. The texts that depend on the facts name them. */
type FindingText<K extends PluginFindingKind> = {
  readonly title: string;
  readonly weight: (finding: PluginFinding<K>) => Weight;
  readonly wrong: (finding: PluginFinding<K>) => string;
  readonly evidence: (finding: PluginFinding<K>) => Evidence;
  readonly matters: string;
  readonly mend: (finding: PluginFinding<K>) => Mend;
  /** What the remedy does not mend. */
  readonly leaves: string;
};

export type FindingTexts<K extends PluginFindingKind> = { readonly [P in K]: FindingText<P> };

/** What speaks for a finding, and what could still speak against it. */
export type Evidence = { readonly for: readonly string[]; readonly against: readonly string[] };

/** `command`: to be run as it is; null where no command mends it. `words`: what to do, or what the command does. */
export type Mend = { readonly command: string | null; readonly words: string };
