import { oneLine } from "#base/text.ts";
import { effectiveConfigOf, originText } from "#commands/effective-config.ts";
import { DEFAULT_CONFIG } from "#gate/config.ts";
import { workTreeRoot } from "#git/work-tree-root.ts";
import type { EffectiveConfig } from "#runs/config/config-files.ts";
import { warningText } from "#runs/config/config-warning.ts";
import { CONFIG_KEYS } from "#runs/config/strictness.ts";
import { type Check, check, type Examined } from "./check.ts";

/** What a session that starts here now would pin: the mode, each value that is not the default, and whose it is. */
export async function checkConfiguration(examined: Examined): Promise<readonly Check[]> {
  const root = workTreeRoot(examined.cwd);
  const effective = effectiveConfigOf(examined, examined.locations, root);
  const { config, mode, origins, warnings } = effective;
  const detail = [
    `the user's file is ${examined.locations.userConfig}`,
    root === undefined ? `${examined.cwd} is in no git repository` : `the repository is ${root}`,
    ...changedValues(effective),
    ...warnings.map(warningText),
  ].map(oneLine);
  if (mode === "off") {
    const what = `The gate is off here, because of ${originText(origins.gate)}`;
    const next = "Run `countersign on`, or change it where it says so.";
    return [check("configuration", "warning", { what, detail, next })];
  }
  if (!config.send) {
    const what = `Nothing is sent from here, because of ${originText(origins.send)}: there are no reviews`;
    const next = 'Take "send": false out there if reviews are wanted.';
    return [check("configuration", "warning", { what, detail, next })];
  }
  const what = `The gate is on here: ${mode}, because of ${originText(origins.gate)}`;
  if (warnings.length === 0) return [check("configuration", "ok", { what, detail })];
  const next = "Mend what is named above.";
  return [
    check("configuration", "warning", { what: `${what}; not all that is written counts`, detail, next }),
  ];
}

function changedValues({ config, origins }: EffectiveConfig): readonly string[] {
  return CONFIG_KEYS.filter((key) => JSON.stringify(config[key]) !== JSON.stringify(DEFAULT_CONFIG[key])).map(
    (key) => `${key} = ${JSON.stringify(config[key])}, from ${originText(origins[key])}`,
  );
}
