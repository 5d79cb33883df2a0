import { count, oneLine } from "#base/text.ts";
import type { ReviewSandbox } from "#codex/review/review-config.ts";
import { momentText, outcomeText } from "#commands/receipt-row.ts";
import { pauseText } from "#gate/failure/pause-text.ts";
import { notCoveredText } from "#gate/scope/coverage.ts";
import type { Receipt, ReceiptReview } from "#runs/receipts/receipt.ts";
import { outcomeMeaning } from "./outcome-meaning.ts";
import { whyFindings } from "./why-findings.ts";

/** What the receipt alone does not say: where it lies, and how to check it again here. */
export type WhyPlace = {
  readonly path: string;
  readonly recheck: string;
  /** What a person may do next, where there is something. */
  readonly next: string | null;
};

const LABEL_WIDTH = 12;
const LISTED = 50;
const NAMED_PLUGINS = 5;
const SHORT_TREE = 12;

/** What the reviewer could do there, by the word that the receipt has for it. */
const SANDBOXES: ReadonlyMap<string, string> = new Map<ReviewSandbox, string>([
  ["profile", "a read-only shell that cannot read secrets"],
  ["inline", "no shell: it saw the change alone"],
]);

/** Returns one decision explained for a person, from its receipt alone. */
export function whyText(receipt: Receipt, place: WhyPlace): string {
  const { next } = place;
  const head = [
    outcomeText(receipt.outcome),
    outcomeMeaning(receipt).means,
    ...(next === null ? [] : [`What to do: ${next}`]),
  ];
  const rows = [
    ...when(receipt),
    ...compared(receipt),
    ...coverage(receipt.scope),
    ...heldPlugins(receipt.plugins),
    ...(receipt.review === null ? unasked(receipt) : reviewer(receipt.review)),
  ];
  const findings = whyFindings(receipt.findings);
  return [
    `${head.join("\n")}\n`,
    table(rows),
    ...(findings === "" ? [] : [findings.slice(1)]),
    table(evidence(receipt, place)),
  ].join("\n");
}

type Scope = NonNullable<Receipt["scope"]>;
type Row = readonly [label: string, text: string];

function table(rows: readonly Row[]): string {
  return rows.map(([label, text]) => `${label.padEnd(LABEL_WIDTH)}${oneLine(text)}\n`).join("");
}

function when({ at, seconds, event, session, n, promptId, repository, version }: Receipt): readonly Row[] {
  const head = repository?.head == null ? "" : ` at commit ${repository.head}`;
  return [
    ["when", `${momentText(at)} UTC, in ${seconds.toFixed(1)} s (${event})`],
    ["session", `${session}, its decision ${n}${promptId === null ? "" : `, prompt ${promptId}`}`],
    ...(repository === null ? [] : [["repository", `${repository.root}${head}`] as const]),
    ["written by", `countersign ${version}`],
  ];
}

function compared({ baseline, snapshot }: Receipt): readonly Row[] {
  if (snapshot === null) return [["compared", "nothing: the work tree was not looked at"]];
  const before = baseline === null ? "no baseline" : `the baseline, tree ${baseline.tree}`;
  return [["compared", `${before}, with the work tree of that moment, tree ${snapshot.tree}`]];
}

function coverage(scope: Receipt["scope"]): readonly Row[] {
  if (scope === null) return [];
  const names = (part: boolean) => scope.shown.filter((file) => file.part === part).map(nameOf);
  const missing = scope.notCovered.map(({ path, why }) => `${oneLine(path)} (${notCoveredText(why)})`);
  return [
    ...listed("shown", names(false)),
    ...listed("partly", names(true)),
    ...listed("not covered", missing),
    ...listed("redacted", scope.redacted.map(redactedText)),
    ...listed(
      "left out",
      scope.leftOut.map(({ path, by }) => `${oneLine(path)} (work of ${oneLine(by)})`),
    ),
    ...listed("not told", scope.uncertain.map(uncertainText)),
    ...scope.notes.map((note) => ["note", `${note}, so edits may be out of sight`] as const),
  ];
}

function nameOf({ path, oldPath }: Scope["shown"][number]): string {
  return oldPath === undefined ? path : `${path} (was ${oldPath})`;
}

function redactedText({ path, values }: Scope["redacted"][number]): string {
  return `${oneLine(path)} (${count(values, "secret-looking value")})`;
}

function uncertainText({ path, why }: Scope["uncertain"][number]): string {
  return `${oneLine(path)} (may hold another session's work: ${oneLine(why)})`;
}

/** One file to a row; the label stands beside the first. */
function listed(label: string, names: readonly string[]): readonly Row[] {
  const more = names.length - LISTED;
  const rows = [...names.slice(0, LISTED), ...(more > 0 ? [`and ${more} more`] : [])];
  return rows.map((name, index) => [index === 0 ? label : "", name]);
}

/** One line, however many there are: the record has the rest. */
function heldPlugins(plugins: Receipt["plugins"]): readonly Row[] {
  if (plugins === undefined) return [];
  const { loaded, leftOut, record } = plugins;
  const names = loaded
    .slice(0, NAMED_PLUGINS)
    .map(({ id, version, tree }) => `${id} ${version ?? "without a version"} (${treeText(tree)})`);
  const more = loaded.length - names.length + leftOut;
  const rest = more > 0 ? [`and ${more} more`] : [];
  const text = loaded.length === 0 ? "none" : [...names, ...rest].join(", ");
  return [["plugins", `${text}; record ${record} of this session's`]];
}

function treeText(tree: string | null): string {
  return tree === null ? "bytes not read" : `tree ${tree.slice(0, SHORT_TREE)}`;
}

/** Why nobody was asked: for now, or because exactly this change had its verdict already. */
function unasked({ known: from, paused }: Receipt): readonly Row[] {
  if (paused !== undefined) {
    const by = paused.kind === "breaker" ? ` It began with receipt ${paused.receipt}.` : "";
    return [["reviewer", `nobody was asked. ${pauseText(paused)}${by}`]];
  }
  if (from === null) return [];
  return [["reviewer", `nobody was asked: exactly this change has its verdict from receipt ${from.receipt}`]];
}

function reviewer(review: ReceiptReview): readonly Row[] {
  const { model, modelProvider, effort, cliVersion, codexPath, serverKind, sandbox, decision, usage } =
    review;
  const spent =
    usage === null
      ? "tokens not recorded"
      : `${usage.input + usage.output} tokens (${usage.input} in, ${usage.cachedInput} of them cached; ${usage.output} out)`;
  const asked = review.corrected ? "asked twice, for its first answer had to be corrected" : "asked once";
  const thread = review.resumed ? "on the thread of the round before" : "on a thread of its own";
  const server = review.notShared === null ? "" : `, for ${review.notShared}`;
  const shell = review.noShell === null ? "" : ` (${review.noShell})`;
  return [
    [
      "reviewer",
      `${model ?? "model not named"} by ${modelProvider ?? "an unnamed provider"}, effort ${effort ?? "not named"}`,
    ],
    [
      "program",
      `codex ${cliVersion} (${codexPath}), ${serverKind} server${server}, ${SANDBOXES.get(sandbox) ?? `sandbox ${sandbox}`}${shell}`,
    ],
    [
      "asked",
      `review ${review.round} of this change, ${asked}, ${thread}; it ran ${count(review.commands.length, "command")}; ${spent}`,
    ],
    [
      "its word",
      decision === null ? "none that could be read" : `${decision} (recorded, never obeyed by itself)`,
    ],
  ];
}

function evidence({ review }: Receipt, { path, recheck }: WhyPlace): readonly Row[] {
  const seal = review?.rollout ?? null;
  return [
    ["receipt", path],
    ...(review === null
      ? []
      : ([
          [
            "thread",
            `${review.threadId}, ${count(review.turnIds.length, "turn")}: ${review.turnIds.join(", ")}`,
          ],
          [
            "answers",
            review.responseIds.length === 0 ? "none named by the provider" : review.responseIds.join(", "),
          ],
          [
            "evidence",
            seal === null
              ? "Codex named no file of this thread"
              : `${seal.path}, its first ${count(seal.bytes, "byte")}, sha256 ${seal.sha256}`,
          ],
          [
            "sent",
            `prompt ${review.promptDigest} (version ${review.promptVersion}), patches ${review.patchDigest}`,
          ],
        ] as const)),
    ["check it", recheck],
  ];
}
