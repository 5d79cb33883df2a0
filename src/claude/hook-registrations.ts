import { getNodeValue, type Node } from "jsonc-parser";
import { canonicalJson } from "#base/json.ts";
import type { HookEvent } from "./hook-input.ts";
import { isOurs } from "./own-hook.ts";
import {
  addItem,
  addMember,
  memberOf,
  openSettingsText,
  removeChild,
  replaceNode,
  type SettingsText,
  unusable,
} from "./settings-text.ts";

/** One hook of ours as it stands in Claude Code's settings. `timeout` is in seconds. */
export type HookEntry = {
  readonly type: "command";
  readonly command: string;
  /** Present in the exec form, which starts the program without a shell. */
  readonly args?: readonly string[];
  readonly timeout: number;
  readonly statusMessage?: string;
};

export type Registration = { readonly event: HookEvent; readonly hook: HookEntry };

/**
 * Returns the text of a settings file with exactly these hooks of ours in it. What is already
 * there stays where it is; what is there twice or differs is mended; all else keeps every byte.
 *
 * @throws ClaudeFault `settings-unusable`
 */
export function addHooks(text: string, registrations: readonly Registration[]): string {
  let settings = openSettingsText(text);
  const events: ReadonlySet<string> = new Set(registrations.map((registration) => registration.event));
  settings = removeWhere(settings, (found) => !events.has(found.event));
  for (const registration of registrations) settings = addHook(settings, registration);
  return settings.text === openSettingsText(text).text ? text : settings.text;
}

/**
 * Returns the text of a settings file without any hook of ours, and without the groups, events
 * and the `hooks` member that held nothing else.
 *
 * @throws ClaudeFault `settings-unusable`
 */
export function removeHooks(text: string): string {
  const before = openSettingsText(text);
  const after = removeWhere(before, () => true);
  return after === before ? text : after.text;
}

/** A hook of ours in the tree. `path` leads from the root to it: member, array and so on. */
type Found = { readonly event: string; readonly value: unknown; readonly path: readonly Node[] };

function addHook(settings: SettingsText, { event, hook }: Registration): SettingsText {
  const [first, second] = ours(settings).filter((found) => found.event === event);
  if (second !== undefined) {
    return addHook(removeWithEmptyParents(settings, second.path), { event, hook });
  }
  if (first !== undefined) {
    const node = first.path.at(-1);
    const same = node === undefined || canonicalJson(first.value) === canonicalJson(hook);
    return same ? settings : replaceNode(settings, node, hook);
  }
  const group = { hooks: [hook] };
  const hooks = memberOf(settings.root, "hooks");
  if (hooks === undefined) return addMember(settings, settings.root, ["hooks", { [event]: [group] }]);
  if (hooks.type !== "object") throw unusable('its "hooks" is not an object');
  const groups = memberOf(hooks, event);
  if (groups === undefined) return addMember(settings, hooks, [event, [group]]);
  if (groups.type !== "array") throw unusable(`its "hooks.${event}" is not an array`);
  return addItem(settings, groups, group);
}

function removeWhere(settings: SettingsText, isMeant: (found: Found) => boolean): SettingsText {
  const found = ours(settings).findLast(isMeant);
  return found === undefined ? settings : removeWhere(removeWithEmptyParents(settings, found.path), isMeant);
}

/** Removes the last node of the path, and each node above it that then holds nothing, the root apart. */
function removeWithEmptyParents(settings: SettingsText, path: readonly Node[]): SettingsText {
  let keep = path.length - 1;
  while (keep > 1 && holdsOnly(path[keep - 1], path[keep])) keep -= 1;
  const [container, child] = [path[keep - 1], path[keep]];
  if (container === undefined || child === undefined) return settings;
  return removeChild(settings, container, child);
}

/** A group with a matcher of its own goes too when its last hook goes: without hooks it says nothing. */
function holdsOnly(container: Node | undefined, child: Node | undefined): boolean {
  if (container === undefined) return false;
  if (container.type === "property") return true;
  if (container.type !== "object" || child?.type !== "property") return container.children?.length === 1;
  return isGroupMember(child) || container.children?.length === 1;
}

function isGroupMember(member: Node): boolean {
  return member.children?.[0]?.value === "hooks" && member.children[1]?.type === "array";
}

/** Every hook of ours, in the order of the text. */
function ours({ root }: SettingsText): readonly Found[] {
  const hooks = lastMember(root, "hooks");
  const events = hooks?.children?.[1];
  if (hooks === undefined || events?.type !== "object") return [];
  return (events.children ?? []).flatMap((event) => {
    const groups = event.children?.[1];
    if (groups?.type !== "array") return [];
    return (groups.children ?? []).flatMap((group) => inGroup(group, [root, hooks, events, event, groups]));
  });
}

function inGroup(group: Node, above: readonly Node[]): readonly Found[] {
  const member = group.type === "object" ? lastMember(group, "hooks") : undefined;
  const list = member?.children?.[1];
  if (member === undefined || list?.type !== "array") return [];
  const event = String(above[3]?.children?.[0]?.value);
  return (list.children ?? [])
    .map((node) => ({ event, value: getNodeValue(node), path: [...above, group, member, list, node] }))
    .filter((found) => isOurs(found.value));
}

function lastMember(object: Node, key: string): Node | undefined {
  return object.children?.findLast((member) => member.children?.[0]?.value === key);
}
