import type { FileEdit, ToolRecord } from "#claude/transcript/tool-records.ts";
import type { KnownEdit } from "./apply-edit.ts";
import type { FileState } from "./file-state.ts";
import { overlaps, type StretchFiles } from "./stretches.ts";
import type { Sides } from "./take-sides.ts";

/** What somebody else did to one file. */
export type Step = {
  readonly path: string;
  /** A session, or `OUTSIDE`. */
  readonly by: string;
  /** Epoch milliseconds by which it was done. */
  readonly time: number;
  readonly did:
    | { readonly kind: "states"; readonly before: FileState | null; readonly after: FileState | null }
    /** Inferred: what the file was like before is not of the record. */
    | { readonly kind: "edit"; readonly edit: KnownEdit; readonly inferred: boolean }
    /** It wrote the file, and what it did to it cannot be told. */
    | { readonly kind: "unclear" };
};

/** By whom a change is that no session made: a person, or a program. */
export const OUTSIDE = "outside of any session";

type EditRecord = Extract<ToolRecord, { readonly kind: "edit" }>;

/** How a file stood: `null` where there was none, `undefined` where that is not known. */
export type StateAt = (state: number, path: string) => FileState | null | undefined;

/**
 * Returns the edits that other sessions' transcripts prove, in the order of time. One that lies
 * inside a foreign stretch is part of what that stretch did.
 */
export function foreignEdits(
  sides: Sides,
  stretches: readonly StretchFiles[],
  since: Date,
  stateAt: StateAt,
): readonly Step[] {
  const end = stretches.at(-1)?.to.until;
  const steps = sides.foreign.flatMap(({ session, work }) =>
    (work.whole ? work.records : []).flatMap((record): readonly Step[] => {
      if (record.kind === "shell" || record.endedAt < since || isInside(record, stretches)) return [];
      if (end !== undefined && record.at > end) return [];
      const before = () => textBefore(sides, stretches, stateAt, record);
      const did = whatItDid(record.edit, before);
      return [{ path: record.path, by: session, time: record.endedAt.getTime(), did }];
    }),
  );
  return steps.sort((a, b) => a.time - b.time);
}

/** Returns what was done to each file in a stretch in which nothing ran that is the session's own. */
export function stretchSteps(sides: Sides, stretch: StretchFiles): readonly Step[] {
  if (!stretch.foreign) return [];
  const time = stretch.to.until.getTime();
  return [...stretch.files].map(([path, { before, after }]) => {
    return { path, by: authorIn(sides, stretch, path), time, did: { kind: "states", before, after } };
  });
}

/** Those who edited the file are named before those who ran a command. */
function authorIn({ foreign }: Sides, { from, to }: StretchFiles, path: string): string {
  const candidates = (may: (record: ToolRecord) => boolean) =>
    foreign.filter(({ work }) =>
      work.records.some((record) => may(record) && overlaps(record, from.at, to.until)),
    );
  const editors = candidates((record) => record.kind === "edit" && record.path === path);
  const authors = editors.length > 0 ? editors : candidates(({ kind }) => kind === "shell");
  return authors.length === 0 ? OUTSIDE : authors.map(({ session }) => session).join(" or ");
}

function isInside(record: EditRecord, stretches: readonly StretchFiles[]): boolean {
  return stretches.some(
    ({ foreign, from, to }) => foreign && record.at >= from.until && record.endedAt <= to.at,
  );
}

function whatItDid(edit: FileEdit, before: () => string | null | undefined): Step["did"] {
  switch (edit.kind) {
    case "whole":
    case "replace":
      return { kind: "edit", edit, inferred: false };
    case "content": {
      const text = before();
      if (text === undefined) return { kind: "unclear" };
      return { kind: "edit", edit: { kind: "whole", before: text, after: edit.after }, inferred: true };
    }
    case "unknown":
      return { kind: "unclear" };
  }
}

/**
 * Returns the text that a file had before a call wrote it whole: as it last was known, where nothing
 * of the session's own can have changed it since. Whatever else happened in between was others' too.
 */
function textBefore(
  { own, foreign }: Sides,
  stretches: readonly StretchFiles[],
  stateAt: StateAt,
  { path, at, endedAt }: EditRecord,
): string | null | undefined {
  if (!own.whole || own.unrecorded === true) return undefined;
  const edits = foreign.flatMap(({ work }) => work.records).flatMap((record) => knownAfter(record, path));
  const states = stretches.flatMap(({ from: { at: from, until, mixed } }, index) =>
    mixed === true ? [] : [{ from, until, text: () => textOf(stateAt(index, path)) }],
  );
  const latest = [...states, ...edits]
    .filter(({ until }) => until <= at)
    .sort((a, b) => a.until.getTime() - b.until.getTime())
    .at(-1);
  if (latest === undefined) return undefined;
  const touched = own.records.some(
    (record) => (record.kind === "shell" || record.path === path) && overlaps(record, latest.from, endedAt),
  );
  return touched ? undefined : latest.text();
}

function knownAfter(record: ToolRecord, path: string) {
  if (record.kind === "shell" || record.path !== path) return [];
  const { edit } = record;
  if (edit.kind !== "whole" && edit.kind !== "content") return [];
  return [{ from: record.at, until: record.endedAt, text: (): string | null | undefined => edit.after }];
}

function textOf(state: FileState | null | undefined): string | null | undefined {
  return state === null ? null : state?.text;
}
