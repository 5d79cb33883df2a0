import * as z from "zod/mini";
import { clip, oneLine } from "#base/text.ts";
import { filesInForce } from "#claude/hook-places.ts";
import { pluginsDirectory } from "#claude/host-environment.ts";
import { isOurs } from "#claude/own-hook.ts";
import { pluginHooks } from "#claude/plugin-hooks.ts";
import { enabledPlugins } from "#claude/settings.ts";
import { workTreeRoot } from "#git/work-tree-root.ts";
import { type Check, check, type Examined } from "./check.ts";
import { type OfficialGate, officialGate } from "./official-gate.ts";
import { registrationsIn } from "./registrations.ts";

const Groups = z.array(z.unknown());
const Group = z.looseObject({ hooks: z.array(z.unknown()) });
const Named = z.looseObject({
  type: z.optional(z.string()),
  command: z.optional(z.string()),
  prompt: z.optional(z.string()),
  url: z.optional(z.string()),
});

const NAME_LENGTH = 120;
/** The official plugin that brings Codex into Claude Code; it has a review gate of its own on Stop. */
const OFFICIAL = /^codex@/;

/** What else speaks at a stop: the official plugin's own gate, and every other Stop hook. */
export async function checkOtherGates(examined: Examined): Promise<readonly Check[]> {
  const { files } = registrationsIn(examined);
  const plugins = enabledPlugins(files);
  const directory = pluginsDirectory({ HOME: examined.home, ...examined.environment });
  const places = [
    ...filesInForce(files).flatMap((file) =>
      file.kind === "read" ? [{ name: file.path, events: file.settings.hooks ?? {} }] : [],
    ),
    ...plugins.flatMap((id) =>
      pluginHooks(directory, id).flatMap((place) =>
        place.kind === "events" ? [{ name: `plugin ${id}`, events: place.events }] : [],
      ),
    ),
  ];
  const others = places.flatMap(({ name, events }) =>
    stopHooks(events["Stop"]).map((hook) => `${name}: ${hook}`),
  );
  const gates = plugins
    .filter((id) => OFFICIAL.test(id))
    .map((id) => ({ id, gate: officialGate(directory, id, workTreeRoot(examined.cwd) ?? examined.cwd) }));
  const on = gates.filter(({ gate }) => gate.kind === "on");
  const detail = [...gates.map(({ id, gate }) => `plugin ${id}: ${gateText(gate)}`), ...new Set(others)];
  if (on.length > 0) {
    const what = "The official Codex plugin's own review gate is on here too: each stop is reviewed twice";
    const next = "Switch one of them off: `/codex:setup --disable-review-gate` in Claude Code.";
    return [check("other gates", "warning", { what, detail, next })];
  }
  const what =
    others.length === 0 ? "No other Stop hook is registered" : "Other hooks run at a stop, beside ours";
  return [check("other gates", "ok", { what, detail })];
}

function gateText(gate: OfficialGate): string {
  return gate.kind === "unreadable"
    ? `its record ${gate.path} cannot be read (it then counts its review gate as off)`
    : `its own review gate is ${gate.kind}${gate.kind === "on" ? ` (${gate.path})` : ""}`;
}

function stopHooks(groups: unknown): readonly string[] {
  const parsed = Groups.safeParse(groups);
  if (!parsed.success) return [];
  return parsed.data
    .flatMap((group) => Group.safeParse(group).data?.hooks ?? [])
    .filter((hook) => !isOurs(hook))
    .flatMap((hook) => {
      const named = Named.safeParse(hook);
      if (!named.success) return [];
      const { type, command, prompt, url } = named.data;
      return [clip(oneLine(command ?? url ?? prompt ?? type ?? "an unknown kind of hook"), NAME_LENGTH)];
    });
}
