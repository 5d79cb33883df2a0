import { existsSync } from "node:fs";
import { clip, oneLine } from "#base/text.ts";
import { GitFault } from "#git/fault.ts";
import { findRepository } from "#git/find-repository.ts";
import { type Locations, locationsOf } from "#runs/locations.ts";
import { dismissals } from "#runs/sessions/dismissals.ts";
import { type DismissibleFinding, dismissibleFindings } from "#runs/sessions/dismissible-findings.ts";
import type { Ask, Request } from "#runs/sessions/request.ts";
import { answerRequest } from "#runs/sessions/requests.ts";
import { readSession } from "#runs/sessions/session-file.ts";
import { type Call, type Command, JSON_OPTION, printJson, UsageFault } from "./command.ts";
import { fileRequest, leaveToNextStop, mayOnlyAsk } from "./file-request.ts";
import { folded } from "./folded.ts";
import { sessionOption } from "./session-option.ts";

const SHORTEST_NAME = 6;
const LISTED = 10;
const TITLE_LENGTH = 80;

/** `countersign dismiss`: a person says that a finding is wrong, under the same rule as `off`. */
export const dismiss: Command = {
  name: "dismiss",
  summary: "Let a finding never block again while its lines stay as they are.",
  usage: "<finding> --why TEXT [--undo] [--session ID] [--json]",
  options: {
    why: { type: "string", value: "TEXT", help: "the reason, which stands in every later receipt" },
    undo: { type: "boolean", help: "take a dismissal back" },
    session: { type: "string", value: "ID", help: "look among the findings of this session only" },
    json: JSON_OPTION,
  },
  positionals: 1,
  run: async (call) => {
    const locations = locationsOf(call.environment, call.home, call.platform);
    return call.flags.has("undo") ? await takeBack(call, locations) : await dismissFinding(call, locations);
  },
};

async function dismissFinding(call: Call, locations: Locations): Promise<number> {
  const why = call.texts.get("why")?.trim() ?? "";
  const typed = call.positionals[0] ?? "";
  if (why === "" && typed !== "") {
    throw usage(
      `say why, for it stands in every later receipt: countersign dismiss ${oneLine(typed)} --why "..."`,
    );
  }
  const meant = await findingMeant(call, locations, typed);
  if (meant.kind === "none") {
    const ask = { kind: "dismiss", finding: typed, why, repository: null, about: null } as const;
    if (mayOnlyAsk(call, ask)) await refuse(call, locations, ask, meant.why);
    throw unknownFinding(meant.why, meant.open);
  }
  const { id, finding, line } = meant.finding;
  const about = { finding, line };
  const ask = { kind: "dismiss", finding: id, why, repository: meant.repository, about } as const;
  if (mayOnlyAsk(call, ask)) return await leaveToNextStop(call, locations, ask);
  const request = await grant(call, locations, ask);
  const text = `Dismissed: ${described(meant.finding)}. It does not block again in this repository while its lines stay as they are. \`countersign dismiss ${id} --undo\` takes this back.`;
  return say(call, { request, dismissed: true, text });
}

/** Makes the gate stricter, so that it acts whoever asks. */
async function takeBack(call: Call, locations: Locations): Promise<number> {
  const repository = await repositoryOf(call, locations);
  const typed = call.positionals[0] ?? "";
  const standing = dismissals(locations, repository);
  const ids = typed.length < SHORTEST_NAME ? [] : [...standing.keys()].filter((id) => id.startsWith(typed));
  const [id] = ids;
  if (id === undefined || ids.length > 1) {
    const known = [...standing.keys()].join(", ");
    throw usage(
      `"${oneLine(typed)}" names no dismissal here; ${known === "" ? "nothing is dismissed" : `dismissed: ${known}`}`,
    );
  }
  const request = await grant(call, locations, { kind: "undo-dismiss", finding: id, repository });
  return say(call, { request, dismissed: false, text: `Finding ${id} is no longer dismissed.` });
}

type Meant =
  | { readonly kind: "one"; readonly finding: DismissibleFinding; readonly repository: string }
  | { readonly kind: "none"; readonly why: string; readonly open: readonly DismissibleFinding[] };

/** The finding of this repository whose id begins as it was typed, or why there is none. */
async function findingMeant(call: Call, locations: Locations, typed: string): Promise<Meant> {
  const repository = await repositoryOf(call, locations);
  const here = await ofRepository(
    await dismissibleFindings(locations, sessionOption(call)),
    repository,
    call,
  );
  const dismissed = dismissals(locations, repository);
  const open = here.filter((one) => one.open && !dismissed.has(one.id));
  const none = (why: string): Meant => ({ kind: "none", why, open });
  if (typed.length < SHORTEST_NAME)
    return none(`name a finding by at least ${SHORTEST_NAME} characters of its id`);
  const alike = here.filter(({ id }) => id.startsWith(typed));
  const ids = [...new Set(alike.map(({ id }) => id))];
  const [finding] = alike;
  if (finding === undefined) return none(`no finding "${oneLine(typed)}" is on record for this repository`);
  if (ids.length > 1) return none(`${ids.length} findings begin with "${oneLine(typed)}": ${ids.join(", ")}`);
  return { kind: "one", finding, repository };
}

/** Returns the findings of all work trees of the repository. One git process for each work tree. */
async function ofRepository(
  findings: readonly DismissibleFinding[],
  repository: string,
  { signal }: Call,
): Promise<readonly DismissibleFinding[]> {
  const roots = new Set<string>();
  for (const root of new Set(findings.map((one) => one.root))) {
    if (await isOf(repository, root, signal)) roots.add(root);
  }
  return findings.filter(({ root }) => roots.has(root));
}

async function repositoryOf(call: Call, locations: Locations): Promise<string> {
  const id = sessionOption(call);
  const read = id === undefined ? undefined : readSession(locations, id);
  if (read !== undefined && read.kind !== "session") throw usage(`session ${id} is not known`);
  const folder = read === undefined ? call.cwd : (read.session.baseline?.root ?? read.session.cwd);
  const found = await commonDirectory(folder, call.signal);
  if (found === undefined) throw usage(`${folder} is in no git repository`);
  return found;
}

async function commonDirectory(folder: string, signal: AbortSignal): Promise<string | undefined> {
  if (!existsSync(folder)) return undefined;
  return (await findRepository(folder, signal))?.commonDirectory;
}

/** A tree on record that git refuses to read (it may be somebody else's by now) is not this one. */
async function isOf(repository: string, root: string, signal: AbortSignal): Promise<boolean> {
  try {
    return (await commonDirectory(root, signal)) === repository;
  } catch (error) {
    if (error instanceof GitFault) return false;
    throw error;
  }
}

async function grant(call: Call, locations: Locations, ask: Ask): Promise<Request> {
  const request = await fileRequest(call, locations, ask);
  const answer = { request: request.id, session: null, at: request.at, detail: "for the whole repository" };
  await answerRequest(locations, { ...answer, outcome: "done" });
  return request;
}

/** An agent's attempt leaves its trace also where it could have no effect. */
async function refuse(call: Call, locations: Locations, ask: Ask, detail: string): Promise<void> {
  const request = await fileRequest(call, locations, ask);
  await answerRequest(locations, {
    request: request.id,
    session: null,
    at: request.at,
    outcome: "refused",
    detail,
  });
}

function say(
  call: Call,
  {
    request,
    dismissed,
    text,
  }: { readonly request: Request; readonly dismissed: boolean; readonly text: string },
): number {
  const finding = "finding" in request.ask ? request.ask.finding : null;
  if (call.flags.has("json"))
    printJson(call, "dismiss", { kind: "done", request: request.id, finding, dismissed });
  else call.stdout.write(`${folded(call.stdout, text)}\n`);
  return 0;
}

function described({ id, finding, line }: DismissibleFinding): string {
  return `[${finding.severity}] ${oneLine(finding.file)}:${line} ${clip(oneLine(finding.title), TITLE_LENGTH)} (${id})`;
}

function unknownFinding(why: string, open: readonly DismissibleFinding[]): UsageFault {
  if (open.length === 0) return usage(`${why}; no finding is open here`);
  const more = open.length > LISTED ? [`and ${open.length - LISTED} more`] : [];
  const choices = [...open.slice(0, LISTED).map(described), ...more];
  return new UsageFault({ kind: "usage", text: `${why}; open here:`, choices });
}

function usage(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text });
}
