import type { StoryStop } from "./story-world.ts";

/** Returns what happened up to a stop, line by line, for whoever has to find out why a test failed. */
export function storyText({ viewer, at, truth, sessions }: StoryStop): string {
  const touches = truth.log
    .filter(({ time }) => time > 0)
    .map((touch) => ({
      time: touch.time,
      text: `${touch.by} ${touch.means} ${touch.path} ${touch.section}`,
    }));
  const calls = (["A", "B"] as const).flatMap((name) => [
    ...sessions[name].calls.map((call) => ({
      time: call.at,
      text: `${name} calls ${call.kind === "edit" ? `${call.edit.kind} ${call.path}` : "shell"} until ${call.endedAt}`,
    })),
    ...sessions[name].seen.map((seen) => ({ time: seen.at, text: `${name} stops` })),
    { time: sessions[name].baseline.at, text: `${name} has its baseline (${sessions[name].baseline.why})` },
  ]);
  const lines = [...touches, ...calls].sort((a, b) => a.time - b.time);
  return [...lines.map(({ time, text }) => `${time} ${text}`), `${at} ${viewer} is reviewed`].join("\n");
}
