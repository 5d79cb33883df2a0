import { type SharedFiles, type Touch, tellingLines } from "./shared-files.ts";
import { flagsOf } from "./story-forms.ts";
import { type Call, otherOf, type StoryStop, type Texts } from "./story-world.ts";

/** What a review made of a stop: from where it starts, and what it says to be uncertain of. */
export type Judged = { readonly adjusted: Texts; readonly uncertain: ReadonlySet<string> };

/** How the sessions stand to each other in a story. */
export type Standing = {
  /** The other session's gate is off, or it may be an agent of this one: its work counts as this one's. */
  readonly countedIn: boolean;
};

/**
 * Returns what is wrong with a review, by what really happened: own work that it does not show,
 * work that is provably another's and that it shows, and work that may be another's and is not marked.
 */
export function violationsOf(stop: StoryStop, judged: Judged, standing: Standing): readonly string[] {
  const seen = viewOf(stop, standing);
  return [
    ...ownMissing(stop, judged, seen),
    ...foreignShown(stop, judged, seen),
    ...unmarked(stop, judged, seen),
    ...modesWrong(stop, judged, seen),
  ];
}

type View = {
  readonly isOwn: (touch: Touch) => boolean;
  /** Nothing of the viewer ran between the known states around that time. */
  readonly isIdle: (time: number) => boolean;
  readonly since: number;
  readonly standing: Standing;
};

function viewOf(stop: StoryStop, standing: Standing): View {
  const { viewer, sessions } = stop;
  const { baseline, calls } = sessions[viewer];
  const other = sessions[otherOf(viewer)];
  const busy = standing.countedIn ? [...calls, ...other.calls] : calls;
  const states = [baseline, ...sessions[viewer].seen, ...other.seen, stop]
    .filter(({ at }) => at >= baseline.at)
    .sort((a, b) => a.at - b.at || a.until - b.until);
  const stretches = states.slice(1).map((to, index) => ({ from: states[index] ?? to, to }));
  return {
    isOwn: ({ by }) => by === viewer || (standing.countedIn && by !== "P"),
    isIdle: (time) =>
      stretches.some(
        ({ from, to }) =>
          from.until <= time && time <= to.at && !busy.some((call) => overlaps(call, from.at, to.until)),
      ),
    since: baseline.at,
    standing,
  };
}

function ownMissing(stop: StoryStop, { adjusted }: Judged, { isOwn, since }: View): readonly string[] {
  const problems: string[] = [];
  const { fates } = stop.truth;
  const baseline = stop.sessions[stop.viewer].baseline.files;
  // What was taken away and brought back is where it was.
  /** Another did the same before, it was undone, and no record has it that it was done again. */
  const isShared = (line: string, { means }: Touch) =>
    means !== "edit" && (fates.get(line)?.past ?? []).some((one) => one.time >= since && !isOwn(one));
  const wasThere = new Set([...baseline.values()].flatMap(tellingLines));
  for (const [path, text] of stop.files) {
    const before = new Set(tellingLines(adjusted.get(path)));
    for (const line of tellingLines(text)) {
      const born = fates.get(line)?.born;
      if (
        born !== undefined &&
        born.time >= since &&
        isOwn(born) &&
        before.has(line) &&
        !wasThere.has(line) &&
        !isShared(line, born) &&
        !isUnseen(stop, line)
      ) {
        problems.push(`own line left out: ${path}: ${line}`);
      }
    }
  }
  for (const text of baseline.values()) {
    for (const line of tellingLines(text)) {
      const removed = fates.get(line)?.removed;
      if (removed === undefined || removed.time < since || !isOwn(removed)) continue;
      if (stop.truth.muddled.size > 0 || isShared(line, removed)) continue;
      const gone = ![...stop.files.values()].some((now) => tellingLines(now).includes(line));
      if (gone && ![...adjusted.values()].some((now) => tellingLines(now).includes(line))) {
        problems.push(`own removal left out: ${line}`);
      }
    }
  }
  return problems;
}

/** What no record has word for word and somebody put aside before any stop saw it: when it comes back, nothing tells whose it is. */
function isUnseen({ truth, sessions }: StoryStop, line: string): boolean {
  const born = truth.fates.get(line)?.born;
  const aside = truth.aside.find((time) => born !== undefined && time > born.time);
  if (born === undefined || aside === undefined || born.means === "edit") return false;
  const states = [...sessions.A.seen, ...sessions.B.seen].filter(({ at }) => at > born.time && at < aside);
  return !states.some(({ files }) => [...files.values()].some((text) => tellingLines(text).includes(line)));
}

function foreignShown(stop: StoryStop, { adjusted }: Judged, view: View): readonly string[] {
  const problems: string[] = [];
  const paths = new Set([...stop.files.keys(), ...adjusted.keys()]);
  for (const path of paths) {
    const [now, before] = [stop.files.get(path), adjusted.get(path)];
    const shown = new Set([...beyond(now, before), ...beyond(before, now)]);
    for (const line of shown) {
      const touch = touchOf(stop.truth, line, new Set(tellingLines(now)).has(line));
      if (
        touch !== undefined &&
        touch.time >= view.since &&
        isProvable(stop.truth, { ...touch, path }, view) &&
        // A line may have been moved from here to a file of which less can be told.
        isProvable(stop.truth, touch, view)
      ) {
        problems.push(`another's line shown: ${path}: ${line}`);
      }
    }
  }
  return problems;
}

/**
 * Another's for certain: nobody else has written this part of the file in a way that could be mixed
 * up with it, nor of a file that it was moved to since. A move is taken whole or not at all.
 */
function isProvable(truth: SharedFiles, touch: Touch, view: View): boolean {
  const since = truth.moves.filter(({ time }) => time >= view.since);
  const places = new Set([touch.path]);
  for (const { from, to } of since) if (places.has(from)) places.add(to);
  return (
    truth.muddled.size === 0 && [...places].every((path) => isProvableIn(truth, { ...touch, path }, view))
  );
}

function isProvableIn({ log, flags }: SharedFiles, touch: Touch, view: View): boolean {
  const since = log.filter(({ path, time }) => path === touch.path && time >= view.since);
  if (since.length === 0) return false;
  const isSure = (one: Touch) =>
    !view.isOwn(one) && (view.isIdle(one.time) || (one.means === "edit" && one.by !== "P"));
  if (since.every(isSure)) return true;
  if (flags.get(touch.path)?.has("binary") === true) return false;
  if (since.some(({ section }) => section === "file")) return false;
  const unsure = new Set(since.filter((one) => !isSure(one)).map(({ section }) => section));
  const idle = since.filter((one) => isSure(one) && view.isIdle(one.time)).map(({ section }) => section);
  return !unsure.has(touch.section) && !idle.some((section) => unsure.has(section));
}

function unmarked(stop: StoryStop, { adjusted, uncertain }: Judged, view: View): readonly string[] {
  const problems: string[] = [];
  const { truth, viewer, sessions } = stop;
  const other = otherOf(viewer);
  if (truth.muddled.size > 0) return [];
  for (const [path, text] of stop.files) {
    for (const line of beyond(text, adjusted.get(path))) {
      const born = truth.fates.get(line)?.born;
      if (born === undefined || born.time < view.since || born.path !== path || uncertain.has(path)) continue;
      if (born.by === other) problems.push(`not marked: ${path}: ${line}`);
      const shared =
        born.by === viewer && born.means === "shell" && hasShell(sessions[other].calls, born.time);
      if (shared) problems.push(`own line that may be another's not marked: ${path}: ${line}`);
    }
  }
  return problems;
}

/** Whether a file may be run is nobody's line: it is own, or another's, where only one of them ever changed it. */
function modesWrong(stop: StoryStop, { adjusted }: Judged, view: View): readonly string[] {
  const { flips, log, muddled } = stop.truth;
  const baseline = stop.sessions[stop.viewer].baseline.files;
  return [...stop.files].flatMap(([path, text]) => {
    const [was, is, shown] = [baseline.get(path), text, adjusted.get(path)].map(isProgram);
    const own = flips.filter((flip) => flip.path === path && flip.time >= view.since);
    const whole = log.filter((one) => one.path === path && one.time >= view.since);
    const isMoved = whole.filter(({ section }) => section === "file").length > own.length;
    if (muddled.size > 0 || isMoved || was === is || !baseline.has(path) || own.length === 0) return [];
    if (own.every(view.isOwn) && shown === is) return [`own mode left out: ${path}`];
    const isForeign = whole.every((one) => !view.isOwn(one) && view.isIdle(one.time));
    return isForeign && shown !== is ? [`another's mode shown: ${path}`] : [];
  });
}

function isProgram(text: string | undefined): boolean {
  return flagsOf(text).has("exec");
}

function touchOf({ fates }: SharedFiles, line: string, isThere: boolean): Touch | undefined {
  const fate = fates.get(line);
  return isThere ? fate?.born : fate?.removed;
}

function hasShell(calls: readonly Call[], time: number): boolean {
  return calls.some((call) => call.kind === "shell" && overlaps(call, time, time));
}

function overlaps({ at, endedAt }: Call, from: number, until: number): boolean {
  return at <= until && (endedAt === null || endedAt >= from);
}

function beyond(one: string | undefined, other: string | undefined): readonly string[] {
  const left = new Set(tellingLines(other));
  return tellingLines(one).filter((line) => !left.has(line));
}
