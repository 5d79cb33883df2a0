import { oneLine } from "#base/text.ts";
import { readInventory } from "#claude/plugins/inventory.ts";
import { type Call, printJson, UsageFault } from "#commands/command.ts";
import { momentText } from "#commands/receipt-row.ts";
import { printTable } from "#commands/table.ts";
import { locationsOf } from "#runs/locations.ts";
import type { AuditFormat } from "./audit-options.ts";
import { shortCommit, shortVersion, withHome } from "./report/short-texts.ts";
import { type SessionView, sessionView } from "./session-view.ts";
import type { SessionPlugin } from "./session-view-plugin.ts";

const HEADINGS = ["plugin", "version", "tree", "known", "bytes", "path"] as const;

/** Says what one session has loaded. Exit code 0; 2 where nothing is known of it, or not all. */
export async function showSession(call: Call, session: string, format: AuditFormat): Promise<number> {
  const { environment, home, platform, cwd, positionals } = call;
  const surroundings = { environment: { HOME: home, ...environment }, home, platform, cwd };
  const locations = locationsOf(environment, home, platform);
  const inventory = readInventory(surroundings);
  const found = await sessionView({ session, locations, inventory, surroundings }, call.signal);
  const wanted = (id: string): boolean =>
    positionals.length === 0 || positionals.some((word) => id === word || id.startsWith(`${word}@`));
  const view = { ...found, plugins: found.plugins.filter(({ id }) => wanted(id)) };
  if (view.state === "unknown") {
    const text = `audit plugins: nothing is known of a session "${oneLine(session)}"; \`countersign status\` lists those that live`;
    throw new UsageFault({ kind: "usage", text });
  }
  const code = view.plugins.some(({ strength }) => strength === "unknown") ? 2 : 0;
  if (format === "json") printJson(call, "audit-plugins-session", { ...view, exitCode: code });
  else print(call, view);
  return code;
}

function print({ stdout, stderr, home }: Call, view: SessionView): void {
  stdout.write(`${headText(view)}\n`);
  if (view.plugins.length > 0) {
    stdout.write("\n");
    printTable(
      stdout,
      HEADINGS,
      view.plugins.flatMap((plugin) => rows(plugin, home)),
    );
    stdout.write("\n");
  }
  for (const { id, strength, why, at } of view.plugins) {
    const when = at === null ? "" : ` at ${momentText(at)} UTC`;
    stdout.write(`${oneLine(`${id}: ${strength}${when}, for ${why}`)}\n`);
  }
  for (const note of view.notes) stderr.write(`countersign: ${oneLine(note)}\n`);
}

function headText({ session, state, process, records, plugins }: SessionView): string {
  const lives =
    process === null
      ? ""
      : `, process ${process.pid}${process.version === null ? "" : `, Claude Code ${process.version}`}`;
  const what = plugins.length === 0 ? "no plugin is known to have been loaded" : `${plugins.length} loaded`;
  return `Session ${oneLine(session)}: ${state}${lives}; ${what}; ${records === 0 ? "its stops left no record" : `records of its stops: ${records}`}.`;
}

function rows({ id, strength, copies }: SessionPlugin, home: string): readonly (readonly string[])[] {
  if (copies.length === 0) return [[id, "", "", strength, "", ""]];
  return copies.map(({ path, version, tree, unchanged }, index) => [
    index === 0 ? id : "",
    shortVersion(version),
    tree === null ? "" : shortCommit(tree),
    strength,
    unchanged === null ? "as of now" : unchanged ? "unchanged" : "changed",
    withHome(path, home),
  ]);
}
