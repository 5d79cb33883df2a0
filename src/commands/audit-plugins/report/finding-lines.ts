import { styleText } from "node:util";
import type { Weight } from "#audit/verdict.ts";
import { grouped } from "#commands/audit-plugins/gather/grouped.ts";
import type { ToldFinding } from "./told-findings.ts";
import { wrapped } from "./wrapped.ts";

/** How findings are printed. */
export type FindingStyle = {
  readonly coloured: boolean;
  /** How many of one kind are shown; the others are counted. */
  readonly most: number;
  /** Makes foreign text safe, and paths short. Commands are to be run as they are, and stay whole. */
  readonly shown: (text: string) => string;
  /** The same for a command: on the user's own terminal it has to work as it is printed. */
  readonly typed: (command: string) => string;
  /** Of a line, in columns. */
  readonly width: number;
};

const COLOURS = { finding: "red", unchecked: "magenta", note: "yellow" } as const;
/** To be out of date is the least of what can be wrong. */
const LAST: readonly string[] = ["marketplace-ahead", "clone-behind-remote"];
const WEIGHTS: readonly Weight[] = ["finding", "unchecked", "note"];

/** Returns the findings as lines: the gravest first, those of one kind together, each with its evidence and remedy. */
export function findingLines(findings: readonly ToldFinding[], style: FindingStyle): readonly string[] {
  const groups = [...grouped(findings, ({ weight, kind }) => `${weight} ${kind}`).values()].toSorted(
    ([a], [b]) => LAST.indexOf(a?.kind ?? "") - LAST.indexOf(b?.kind ?? ""),
  );
  return WEIGHTS.flatMap((weight) =>
    groups.filter(([first]) => first?.weight === weight).flatMap((group) => ["", ...kindLines(group, style)]),
  );
}

function kindLines(group: readonly ToldFinding[], style: FindingStyle): readonly string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { weight, kind, title, matters, leaves } = first;
  const more = group.length - style.most;
  const mends = group.map(({ mend }) => JSON.stringify(mend));
  const shared = group.length > 1 && new Set(mends).size === 1;
  const doubts = sharedDoubts(group);
  const times = group.length === 1 ? "" : `, ${group.length} times`;
  const head = wrapped(`${weight}: ${title} [${kind}]${times}`, {
    first: "",
    rest: "  ",
    width: style.width,
  });
  const [top = "", ...rest] = head;
  return [
    `${painted(weight, style)}${top.slice(weight.length)}`,
    ...rest,
    ...group
      .slice(0, style.most)
      .flatMap((finding) => [
        ...wrongLines(finding, style, doubts),
        ...(shared ? [] : mendLines(finding, style)),
      ]),
    ...(more > 0 ? [`  and ${more} more, which --wide shows`] : []),
    ...doubts.flatMap((text) => labelled("against", text, style)),
    ...(shared ? mendLines(first, style) : []),
    ...(isBrief(first)
      ? []
      : [...margined("Why it matters:", matters, style), ...margined("What stays:", leaves, style)]),
  ];
}

/** What speaks against every one of them is said once. */
function sharedDoubts([first, ...others]: readonly ToldFinding[]): readonly string[] {
  if (first === undefined || others.length === 0 || isBrief(first)) return [];
  return first.evidence.against.filter((text) =>
    others.every(({ evidence }) => evidence.against.includes(text)),
  );
}

function wrongLines(finding: ToldFinding, style: FindingStyle, doubts: readonly string[]): readonly string[] {
  const { about, evidence } = finding;
  const against = evidence.against.filter((text) => !doubts.includes(text));
  const wrong = about === null ? finding.wrong : `${about}: ${finding.wrong}`;
  return [
    ...wrapped(style.shown(wrong), { first: "  - ", rest: "    ", width: style.width }),
    ...(isBrief(finding) ? [] : evidence.for.flatMap((text) => labelled("for", text, style))),
    ...(isBrief(finding) ? [] : against.flatMap((text) => labelled("against", text, style))),
  ];
}

function mendLines(finding: ToldFinding, style: FindingStyle): readonly string[] {
  const { command, words } = finding.mend;
  if (command === null) return words === "" ? [] : labelled("do", words, style);
  const run = `    run      ${style.typed(command)}`;
  return isBrief(finding) || words === "" ? [run] : [run, ...labelled("", words, style)];
}

/** A note is worth knowing; its page says the rest. */
function isBrief({ weight }: ToldFinding): boolean {
  return weight === "note";
}

function labelled(label: string, text: string, { shown, width }: FindingStyle): readonly string[] {
  return wrapped(shown(text), { first: `    ${label.padEnd(9)}`, rest: " ".repeat(13), width });
}

function margined(label: string, text: string, { shown, width }: FindingStyle): readonly string[] {
  return wrapped(`${label} ${shown(text)}`, { first: "  ", rest: "  ", width });
}

function painted(weight: Weight, { coloured }: FindingStyle): string {
  return coloured ? styleText(COLOURS[weight], weight, { validateStream: false }) : weight;
}
