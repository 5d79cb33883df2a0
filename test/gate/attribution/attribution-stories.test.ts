import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { ObjectId } from "#base/ids.ts";
import { ObjectId as ObjectIdShape } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import type { ToolRecord } from "#claude/transcript/tool-records.ts";
import { attribute } from "#gate/attribution/attribution.ts";
import { type FileState, isSame } from "#gate/attribution/file-state.ts";
import { type KnownState, type StretchFiles, stretchesOf } from "#gate/attribution/stretches.ts";
import { takeSides, type Work } from "#gate/attribution/take-sides.ts";
import { tellStory } from "#test/attribution/story.ts";
import { COMMON } from "#test/attribution/story-events.ts";
import { asTold, onDisk } from "#test/attribution/story-forms.ts";
import { storyText } from "#test/attribution/story-text.ts";
import { type Call, otherOf, type Seen, type StoryStop, type Texts } from "#test/attribution/story-world.ts";
import { type Judged, violationsOf } from "#test/attribution/violations.ts";
import { fc } from "#test/seeded-check.ts";

/** `STORIES` tells more of them. Each takes about five milliseconds. */
const RUNS = Number(process.env["STORIES"] ?? 2000);

/** What went wrong once. */
const FOUND: [number[]][] = [
  // Others moved files to where own work, or what may be own, had emptied the place.
  [[13335624, 3992670, 458971, 6362286, 3041936]],
  [[2054240, 8232104, 8090256, 7416622, 7754713, 3571272]],
  [[370480, 4547374, 10501088, 3955624, 1377131, 8903880]],
  // A file was away when a stop looked, and came back.
  [[7297736, 4729504, 15467096, 10228414, 10282328]],
  // A formatter followed another's edit; an edit was put back; one was put back and made again.
  [[5, 20316141]],
  [[18387752, 5924640, 20813346, 2319502, 0]],
  [[12088976, 19385338, 16811653]],
  // Another's file was edited and then removed by own work before any stop saw the edit.
  [[19616356, 4964158, 2341627, 3484736, 1052984]],
];

describe("two sessions and a person in one tree", () => {
  test.each([
    { name: "another session that is reviewed by its own gate", counted: false },
    { name: "another session whose gate is off", counted: true },
  ])(
    "$name",
    ({ counted }) => {
      const choices = fc.array(fc.nat({ max: COMMON + COMMON / 4 }), { maxLength: 40 });
      fc.assert(
        fc.property(choices, (numbers) => {
          for (const stop of tellStory(numbers)) {
            const problems = violationsOf(stop, review(stop, counted), { countedIn: counted });
            expect(problems, storyText(stop)).toEqual([]);
          }
        }),
        { numRuns: RUNS, examples: FOUND },
      );
    },
    RUNS * 60,
  );
});

type Change = StretchFiles["files"];

function review(stop: StoryStop, counted: boolean): Judged {
  const own = stop.sessions[stop.viewer];
  const other = stop.sessions[otherOf(stop.viewer)];
  const sides = takeSides(workOf(own.calls), [
    {
      session: otherOf(stop.viewer),
      started: new Date(other.started),
      reviewedFrom: counted ? undefined : new Date(other.started),
      work: workOf(other.calls),
    },
  ]);
  const trees = new Map<ObjectId, Texts>();
  const known = (state: Seen): KnownState => {
    const tree = idOf(JSON.stringify([...state.files].sort()));
    trees.set(tree, state.files);
    return { tree, at: new Date(state.at), until: new Date(state.until) };
  };
  const between = [...own.seen, ...other.seen].filter(({ at }) => at >= own.baseline.at);
  const first = { ...known(own.baseline), mixed: own.baseline.why === "signed" };
  const stretches = stretchesOf([first, ...between.map(known), known(stop)], sides.own).map((stretch) => ({
    ...stretch,
    files: difference(trees.get(stretch.from.tree), trees.get(stretch.to.tree)),
  }));
  const changed = new Map(
    [...difference(own.baseline.files, stop.files)].map(([path, { before, after }]) => [
      path,
      { baseline: before, snapshot: after },
    ]),
  );
  const result = attribute({ changed, sides, stretches, since: new Date(own.baseline.at) });
  const adjusted = new Map(own.baseline.files);
  for (const [path, state] of result.adjusted) {
    if (state === null) adjusted.delete(path);
    else adjusted.set(path, asTold(state.mode, state.text ?? contentOf.get(state.object ?? "") ?? ""));
  }
  return { adjusted, uncertain: new Set(result.uncertain.map(({ path }) => path)) };
}

function workOf(calls: readonly Call[]): Work {
  const records = calls.map(
    (call): ToolRecord =>
      call.kind === "edit"
        ? { ...call, tool: "Edit", at: new Date(call.at), endedAt: new Date(call.endedAt) }
        : {
            ...call,
            tool: "Bash",
            at: new Date(call.at),
            endedAt: call.endedAt === null ? null : new Date(call.endedAt),
          },
  );
  return { records, whole: true };
}

/** Of what is no text, by its id. */
const contentOf = new Map<string, string>();

function difference(from: Texts | undefined, to: Texts | undefined): Change {
  const paths = new Set([...(from ?? new Map()).keys(), ...(to ?? new Map()).keys()]);
  return new Map(
    [...paths].flatMap((path) => {
      const [before, after] = [stateOf(from?.get(path)), stateOf(to?.get(path))];
      return isSame(before, after) ? [] : [[path, { before, after }]];
    }),
  );
}

function stateOf(text: string | undefined): FileState | null {
  if (text === undefined) return null;
  const { mode, content } = onDisk(text);
  const object = idOf(content);
  if (!content.startsWith("\0")) return { mode, object, text: content };
  contentOf.set(object, content);
  return { mode, object, text: undefined };
}

function idOf(text: string): ObjectId {
  return parseShape(createHash("sha1").update(text).digest("hex"), ObjectIdShape);
}
