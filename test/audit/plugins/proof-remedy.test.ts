import { expect, test } from "vitest";
import { describeFinding } from "#audit/plugins/findings/describe-finding.ts";
import type { CopyFacts, PluginFacts } from "#audit/plugins/plugin-facts.ts";
import { type ProofRemedy, proofRemedy } from "#audit/plugins/proof-remedy.ts";
import { SAMPLES } from "#test/plugin-finding-samples.ts";
import { cloneValue, copyValue, entryValue, marketplaceValue, pluginValue } from "#test/plugin-values.ts";

const shallow = marketplaceValue({ clone: cloneValue({ shallow: true }) });
const partial = marketplaceValue({ clone: cloneValue({ partial: true }) });
const broken = marketplaceValue({ clone: { kind: "broken", detail: "no HEAD" } });
const directory = marketplaceValue({ source: { kind: "directory", path: "/m" }, clone: { kind: "none" } });
const own = entryValue({ source: { kind: "github", repo: "a/b", path: "", ref: null, sha: null } });
const npm = entryValue({ source: { kind: "npm", package: "a", version: null } });
const escaping = entryValue({ source: { kind: "escaping", path: "../a" } });
const unsearched: CopyFacts["match"] = { kind: "not-searched", why: "it is not here" };
const searched = (whole: boolean): CopyFacts["match"] => ({ kind: "not-found", whole, commits: 3 });

test.each<[string, Partial<PluginFacts>, CopyFacts["match"], ProofRemedy]>([
  ["a shallow clone", { marketplace: shallow }, searched(false), "fetch"],
  ["a partial clone", { marketplace: partial }, searched(false), "fetch"],
  ["a broken clone", { marketplace: broken }, unsearched, "fetch"],
  ["not offered by a shallow clone", { marketplace: shallow, entry: null }, unsearched, "fetch"],
  ["not offered by a whole clone", { marketplace: marketplaceValue(), entry: null }, unsearched, "lock"],
  ["not offered, all searched", { entry: null }, searched(true), "lock"],
  ["of a folder", { marketplace: directory }, unsearched, "lock"],
  ["of a marketplace that nobody knows", { marketplace: null, entry: null }, unsearched, "lock"],
  ["a whole clone, all searched", {}, searched(true), "reinstall"],
  ["of its own repository", { entry: own }, unsearched, "fetch"],
  ["of its own repository, all searched", { entry: own }, searched(true), "reinstall"],
  ["a shallow clone with a submodule", { marketplace: shallow }, { ...unsearched, undecided: true }, "lock"],
  ["from npm", { entry: npm }, unsearched, "lock"],
  ["outside of the marketplace", { entry: escaping }, unsearched, "lock"],
])("what helps: %s", (_name, facts, match, remedy) => {
  expect(proofRemedy(pluginValue(facts), copyValue({ match }))).toBe(remedy);
});

test("the command is the one that helps", () => {
  const commandFor = (remedy: ProofRemedy) =>
    describeFinding({ ...SAMPLES["bytes-unproven"], remedy }).mend.command;
  expect(commandFor("fetch")).toBe("countersign audit plugins --fetch");
  expect(commandFor("lock")).toBe("countersign audit lock");
  expect(commandFor("reinstall")).toContain("claude plugin install");
});
