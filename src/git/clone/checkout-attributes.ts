import { join } from "node:path";
import type { ObjectId } from "#base/ids.ts";
import { anyFolder, type GitPlace } from "#git/git-place.ts";
import { type BytePath, joinNul, splitNul } from "#git/path-bytes.ts";
import { askGit, runGit } from "#git/run-git.ts";
import { entryAt } from "./folder-at.ts";
import type { OpenClone } from "./open-clone.ts";

/** What a checkout does to a file's bytes (gitattributes(5), "Checking-out and checking-in"). */
export type Conversion = {
  /** `text` converts whatever it is, `auto` only what git takes for a text that has no such line end. */
  readonly crlf: "none" | "text" | "auto";
  readonly ident: boolean;
};

const ATTRIBUTES = ["text", "eol", "ident"] as const;
/** Of a file of which no attributes file says anything. */
const NO_VALUES: ReadonlyMap<string, string> = new Map();

/**
 * Returns what a checkout of the commit makes of the files. Filters and other encodings are programs of
 * the user's, and are not among it. Takes no git process where no attributes file has a say, but one for the first
 * time. Nothing where an attributes file that has one is not here.
 *
 * @throws GitFault
 */
export async function conversionsAt(
  clone: OpenClone,
  commit: ObjectId,
  paths: readonly BytePath[],
  signal: AbortSignal,
): Promise<ReadonlyMap<BytePath, Conversion> | undefined> {
  const attributes = await attributesAt(clone, commit, paths);
  if (clone.config.partial && attributes === "unreadable") return undefined;
  const lineEnds = await once(knownLineEnds, clone, () => configuredLineEnds(clone.place, signal));
  if (attributes === "none") return new Map(paths.map((path) => [path, conversionOf(NO_VALUES, lineEnds)]));
  const place = await preparedFor(clone, commit, signal);
  const words = ["check-attr", "-z", "--cached", "--stdin", ...ATTRIBUTES];
  const answers = splitNul(await runGit(place, { arguments: words, input: joinNul(paths) }, signal));
  const values = new Map<BytePath, Map<string, string>>();
  for (let at = 0; at + 2 < answers.length; at += 3) {
    const [path = "", name = "", value = ""] = answers.slice(at, at + 3);
    values.set(path, (values.get(path) ?? new Map()).set(name, value));
  }
  return new Map(paths.map((path) => [path, conversionOf(values.get(path) ?? NO_VALUES, lineEnds)]));
}

/** In so many folders at most it is looked whether they have attributes: git is faster where there are more. */
const MOST_FOLDERS = 32;

/**
 * Returns whether attributes files of the commit have a say. Git takes one that it cannot read for an
 * empty one.
 */
async function attributesAt(
  clone: OpenClone,
  commit: ObjectId,
  paths: readonly BytePath[],
): Promise<"none" | "some" | "unreadable"> {
  const folders = new Set(
    paths.flatMap((path) => path.split("/").map((_part, depth, parts) => parts.slice(0, depth).join("/"))),
  );
  if (folders.size > MOST_FOLDERS && !clone.config.partial) return "some";
  let said: "none" | "some" = "none";
  for (const folder of folders) {
    const parts = folder === "" ? [] : folder.split("/");
    const found = await entryAt(clone, commit, [...parts, ".gitattributes"]);
    if (found.kind === "nothing") continue;
    if (found.kind !== "entry" || (await clone.objects.read(found.entry.id)).kind !== "object")
      return "unreadable";
    said = "some";
  }
  return said;
}

const prepared = new WeakMap<OpenClone, Map<ObjectId, Promise<GitPlace>>>();
const knownLineEnds = new WeakMap<OpenClone, Promise<LineEnds>>();

/** Once for each commit, whoever asks first. */
function preparedFor(clone: OpenClone, commit: ObjectId, signal: AbortSignal): Promise<GitPlace> {
  const known = prepared.get(clone) ?? new Map<ObjectId, Promise<GitPlace>>();
  prepared.set(clone, known);
  return once(known, commit, () => indexOf(clone, commit, signal));
}

function once<K, V>(
  known: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

/** Returns the place with an index of ours, from which git takes the commit's attributes. */
async function indexOf({ place }: OpenClone, commit: ObjectId, signal: AbortSignal): Promise<GitPlace> {
  const index = join(place.directory, `index-${commit}`);
  const own = { ...place, environment: { ...place.environment, GIT_INDEX_FILE: index } };
  await runGit(own, { arguments: ["read-tree", commit] }, signal);
  return own;
}

type LineEnds = { readonly autocrlf: boolean; readonly textIsCrlf: boolean };

/** As the user has it configured everywhere: clones are checked out by the user's own git. */
async function configuredLineEnds(place: GitPlace, signal: AbortSignal): Promise<LineEnds> {
  const words = ["config", "--get-regexp", "^core\\.(autocrlf|eol)$"];
  const neutral = { ...anyFolder(place.directory), environment: { GIT_DIR: place.directory } };
  const answer = await askGit(neutral, { arguments: words }, signal);
  const lines = answer.output.toString("utf8").toLowerCase().split("\n");
  const value = (name: string) =>
    lines
      .filter((line) => line.startsWith(`core.${name}`))
      .at(-1)
      ?.split(" ")[1];
  const [autocrlf, eol] = [value("autocrlf"), value("eol")];
  const native = eol === undefined || eol === "native" ? process.platform === "win32" : eol === "crlf";
  const isOn = autocrlf !== undefined && ["true", "yes", "on", "1", ""].includes(autocrlf);
  return { autocrlf: isOn, textIsCrlf: isOn || (autocrlf !== "input" && native) };
}

function conversionOf(values: ReadonlyMap<string, string>, lineEnds: LineEnds): Conversion {
  const [text, eol] = [values.get("text"), values.get("eol")];
  return { crlf: crlfOf(text, eol, lineEnds), ident: values.get("ident") === "set" };
}

function crlfOf(
  text: string | undefined,
  eol: string | undefined,
  { autocrlf, textIsCrlf }: LineEnds,
): Conversion["crlf"] {
  if (text === "unset" || text === "input" || eol === "lf") return "none";
  if (text === "auto") return eol === "crlf" || textIsCrlf ? "auto" : "none";
  if (eol === "crlf") return "text";
  if (text === "set") return textIsCrlf ? "text" : "none";
  return autocrlf ? "auto" : "none";
}
