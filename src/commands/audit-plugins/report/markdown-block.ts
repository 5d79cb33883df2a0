import type { PluginAudit } from "#audit/plugins/audit-plugins.ts";
import type { MarketplaceFacts } from "#audit/plugins/marketplace-facts.ts";
import type { Call } from "#commands/command.ts";
import type { Check } from "#commands/doctor/check.ts";
import { checkServers } from "#commands/doctor/check-servers.ts";
import { packageVersion } from "#commands/installation.ts";
import { printTable } from "#commands/table.ts";
import { locationsOf } from "#runs/locations.ts";
import type { AuditScene } from "./audit-json.ts";
import { findingLines } from "./finding-lines.ts";
import { gatheredFindings } from "./gathered-findings.ts";
import { pasteSafe } from "./paste-safe.ts";
import { PLUGIN_HEADINGS } from "./plugin-row.ts";
import { fitting } from "./print-plugins.ts";
import { type ProgramHere, programsHere } from "./programs-here.ts";
import { ageText, shortCommit } from "./short-texts.ts";
import { summaryText } from "./summary-text.ts";
import { toldFindings } from "./told-findings.ts";

const WIDTH = 100;
const MOST_OF_A_KIND = 20;

/**
 * Returns an audit as one fenced block of Markdown for an issue: nothing in it is read as a link, a name
 * or a command of the page, and every text has gone through `pasteSafe`.
 */
export async function markdownBlock(call: Call, audit: PluginAudit, scene: AuditScene): Promise<string> {
  const safe = (text: string): string => pasteSafe(text, call);
  const programs = await programsHere(call, call.signal);
  const servers = await serverLines(call);
  const lines = [
    heading(call),
    "",
    summaryText(audit.plugins),
    ...tableLines(PLUGIN_HEADINGS, fitting(audit.plugins), safe),
    ...findingLines(gatheredFindings(toldFindings(audit)), {
      coloured: false,
      most: MOST_OF_A_KIND,
      shown: safe,
      typed: safe,
      width: WIDTH,
    }),
    "",
    "marketplaces",
    ...scene.marketplaces.map(({ facts }) => `  ${safe(marketplaceLine(facts, call.now.getTime()))}`),
    "",
    "programs",
    ...programs.map((program) => `  ${safe(programLine(program))}`),
    ...servers.map((line) => `  ${safe(line)}`),
  ];
  const text = lines.join("\n");
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${fence}text\n${text}\n${fence}\n`;
}

function heading({ now, platform }: Call): string {
  const at = now.toISOString().slice(0, 16).replace("T", " ");
  return `countersign ${packageVersion()} audit plugins, ${at} UTC, ${platform} ${process.arch}, node ${process.version}`;
}

function tableLines(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  safe: (text: string) => string,
): readonly string[] {
  if (rows.length === 0) return [];
  let printed = "";
  const output = {
    isTerminal: true,
    write: (text: string) => {
      printed += text;
    },
  };
  printTable(
    output,
    headings,
    rows.map((row) => row.map(safe)),
  );
  return ["", ...printed.trimEnd().split("\n")];
}

function marketplaceLine(facts: MarketplaceFacts, now: number): string {
  const { name, source, clone, stands } = facts;
  const where =
    "path" in source ? source.path : "url" in source ? source.url : "repo" in source ? source.repo : "";
  const from = `${name}: ${source.kind}${where === "" ? "" : ` ${where}`}`;
  switch (clone.kind) {
    case "none":
      return `${from}, ${stands}`;
    case "broken":
      return `${from}, broken clone (${clone.detail})`;
    case "clone": {
      const { head, branch, shallow, fetchedAt, tracking, ahead, behind } = clone;
      const beside =
        tracking === null || ahead === null || behind === null
          ? ""
          : `, ${ahead} ahead of and ${behind} behind ${tracking.name}`;
      const fetched = fetchedAt === null ? "" : `, fetched ${ageText(fetchedAt, now)} ago`;
      return `${from}, HEAD ${shortCommit(head)} on ${branch ?? "no branch"}${shallow ? ", shallow" : ""}${beside}${fetched}`;
    }
  }
}

function programLine({ name, path, realPath, version, why }: ProgramHere): string {
  return `${name} ${version ?? `says no version (${why})`}: ${path}${realPath === path ? "" : `, which is ${realPath}`}`;
}

/** The Codex that answers need not be the one on PATH: a server goes on with what it was started from. */
async function serverLines(call: Call): Promise<readonly string[]> {
  const { environment, home, platform } = call;
  const examined = { ...call, locations: locationsOf(environment, home, platform) };
  const checks: readonly Check[] = await checkServers(examined, call.signal);
  return checks.flatMap(({ what, detail }) => [`codex server: ${what}`, ...detail]);
}
