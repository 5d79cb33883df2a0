import { statSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { errorCode } from "#base/fault.ts";
import { listIfPresent } from "#base/files.ts";
import { SessionId } from "#base/ids.ts";
import { nearest } from "#base/nearest.ts";

export type FoundTranscript =
  | { readonly kind: "found"; readonly path: string }
  /** What could have been meant, the likeliest first. */
  | { readonly kind: "none"; readonly near: readonly SessionFile[] }
  | { readonly kind: "several"; readonly near: readonly SessionFile[] };

/** A session by its transcript. `changed` in epoch milliseconds. */
export type SessionFile = { readonly session: string; readonly path: string; readonly changed: number };

const MOST_NEAR = 5;
/** The beginning of an id that a person types has to tell it from others. */
const SHORTEST = 4;

/**
 * Returns where the transcript of a session is: by its id or the beginning of it, in the `projects` folder
 * of Claude Code's configuration, which may hold thousands. A text that is no part of an id finds nothing:
 * it is never joined to a path.
 */
export function findSessionTranscript(configDirectory: string, text: string): FoundTranscript {
  const all = sessionFiles(join(configDirectory, "projects"));
  if (!z.safeParse(SessionId, text).success) return { kind: "none", near: latest(all) };
  const exact = latest(all.filter(({ session }) => session === text));
  if (exact[0] !== undefined) return { kind: "found", path: exact[0].path };
  const begun =
    text.length < SHORTEST ? [] : all.filter(({ session }) => session.startsWith(text.toLowerCase()));
  const [only, ...others] = begun;
  if (only !== undefined && others.length === 0) return { kind: "found", path: only.path };
  if (only !== undefined) return { kind: "several", near: latest(begun) };
  const close = nearest(
    text,
    all.map(({ session }) => session),
  );
  const near = all.filter(({ session }) => session === close);
  return { kind: "none", near: near.length > 0 ? near : latest(all) };
}

function latest(files: readonly SessionFile[]): readonly SessionFile[] {
  return files.toSorted((a, b) => b.changed - a.changed).slice(0, MOST_NEAR);
}

function sessionFiles(projects: string): readonly SessionFile[] {
  return namesIn(projects).flatMap((project) =>
    namesIn(join(projects, project)).flatMap((name) => {
      if (!name.endsWith(".jsonl")) return [];
      const path = join(projects, project, name);
      const found = statSync(path, { throwIfNoEntry: false });
      return found?.isFile() === true
        ? [{ session: name.slice(0, -".jsonl".length), path, changed: found.mtimeMs }]
        : [];
    }),
  );
}

function namesIn(folder: string): readonly string[] {
  try {
    return listIfPresent(folder);
  } catch (error) {
    if (["ENOTDIR", "ELOOP", "EACCES"].includes(errorCode(error) ?? "")) return [];
    throw error;
  }
}
