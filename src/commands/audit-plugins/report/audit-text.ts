import type { PluginAudit } from "#audit/plugins/audit-plugins.ts";
import { oneLine } from "#base/text.ts";
import type { Call } from "#commands/command.ts";
import { printWideTable } from "#commands/table.ts";
import { findingLines } from "./finding-lines.ts";
import { gatheredFindings } from "./gathered-findings.ts";
import { printPlugins } from "./print-plugins.ts";
import { withHome } from "./short-texts.ts";
import { summaryText } from "./summary-text.ts";
import { toldFindings } from "./told-findings.ts";
import { WIDE_HEADINGS, wideRows } from "./wide-rows.ts";

const WIDTH = 100;
const MOST_OF_A_KIND = 5;

/** Prints an audit for a person: how it stands, a row for each plugin, and what is to be said. */
export function printAudit(call: Call, audit: PluginAudit, wide: boolean): void {
  const { stdout, home, environment, now } = call;
  stdout.write(`${summaryText(audit.plugins)}\n`);
  if (audit.plugins.length > 0) stdout.write("\n");
  if (wide) {
    const reader = { home, now: now.getTime() };
    printWideTable(
      stdout,
      WIDE_HEADINGS,
      audit.plugins.flatMap((one) => wideRows(one, reader)),
    );
  } else printPlugins(stdout, audit.plugins, call.positionals.length > 0);
  const told = toldFindings(audit);
  const lines = findingLines(wide ? told : gatheredFindings(told), {
    coloured: stdout.isTerminal && !environment["NO_COLOR"],
    most: wide || !stdout.isTerminal ? Number.POSITIVE_INFINITY : MOST_OF_A_KIND,
    shown: (text) => withHome(oneLine(text), home),
    // Within quotes a shell takes `~` for a name.
    typed: (command) => (command.includes("'") ? oneLine(command) : withHome(oneLine(command), home)),
    width: WIDTH,
  });
  stdout.write(lines.map((line) => `${line}\n`).join(""));
}
