import { sha256 } from "#base/digest.ts";
import { clip } from "#base/text.ts";

/** Keys of a config.toml that decide who answers, wherever they stand. */
const TELLING = /(?:^|_)(?:provider|providers|base_url|profile|profiles)$|^model$/;
/** Names without secrets in them; of all other values only a digest is told. */
const SHOWN = /^(?:model|model_provider|profile|oss_provider)$/;
const TABLE = /^\s*\[+\s*([^\]]+?)\s*\]+/;
const PAIR = /^\s*([A-Za-z0-9_."'-]+)\s*=\s*(.+?)\s*$/;
const PROVIDERS = /^["']?(?:model_providers|profiles)\b/;

/**
 * Returns what a config.toml of Codex says about who answers: model, provider, profile, and all that
 * stands in the tables of providers and profiles, each under `reviewer.`. A scan of lines rather than a
 * TOML parser: what it takes too much for a setting is told when it changes, no more.
 */
export function providerSettings(toml: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  let table = "";
  for (const line of toml.split("\n")) {
    const [, opened] = TABLE.exec(line) ?? [];
    if (opened !== undefined) table = opened;
    const [, key, value] = PAIR.exec(line) ?? [];
    if (opened !== undefined || key === undefined || value === undefined) continue;
    const name = key.replace(/["']/g, "");
    const isMeant = PROVIDERS.test(table) || (table === "" && (TELLING.test(name) || PROVIDERS.test(name)));
    if (!isMeant) continue;
    const path = table === "" ? name : `${table}.${name}`;
    found[`reviewer.${path}`] = SHOWN.test(name) ? clip(value, 100) : `sha256 ${sha256(value).slice(0, 12)}`;
  }
  return found;
}
