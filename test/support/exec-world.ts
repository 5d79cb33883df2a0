import { cpSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { RunFailureKind } from "#gate/contract/run-failure.ts";
import { RunEnded } from "#runs/records/run-record.ts";
import { type CodexHome, makeCodexHome, nativeCodex, olderCodex } from "./codex-home.ts";
import { endAll, type FoundProcess, processesOf } from "./processes-of.ts";
import { type ResponsesApi, type Script, startResponsesApi } from "./responses-api.ts";
import { COUNTERSIGN } from "./run-countersign.ts";
import { makeRepository, type ScratchRepository } from "./scratch-repository.ts";

/** The pinned real programs by their versions. */
export const CODEX_VERSIONS = { "0.169": nativeCodex(), "0.140": olderCodex() } as const;
export type CodexVersion = keyof typeof CODEX_VERSIONS;

/** What `countersign exec --json` prints, as far as tests look at it. */
const ExecAnswer = z.looseObject({
  schema: z.literal("countersign/exec/1"),
  exitCode: z.number(),
  outcome: z.discriminatedUnion("kind", [
    z.looseObject({ kind: z.literal("succeeded") }),
    z.looseObject({
      kind: z.literal("failed"),
      failure: z.looseObject({ kind: RunFailureKind, detail: z.string(), until: z.optional(z.string()) }),
    }),
  ]),
  run: z.nullable(z.looseObject({ id: z.string(), folder: z.string() })),
  record: z.nullable(RunEnded),
});
type ExecAnswer = z.output<typeof ExecAnswer>;

type Environment = Readonly<Record<string, string>>;

/** One workspace with one model that plays its part; several of them share homes, state and stand-in. */
export type ExecPlace = {
  /** By which the model knows its part: it stands in a goal, with a full stop. */
  readonly name: string;
  /** A repository with one commit. */
  readonly workspace: string;
  readonly env: Environment;
  /** Starts the built command line, in the workspace unless told otherwise. */
  start(words: readonly string[], env?: Environment, cwd?: string): StartedCountersign;
  /** Starts `exec --json` with these words and a goal by which the model knows its part. */
  begin(words: readonly string[], env?: Environment): StartedCountersign;
  /** Runs it to its end and returns what it printed. */
  exec(words: readonly string[], env?: Environment): Promise<ExecAnswer>;
  /** What lives and has to do with this workspace, or with a run of this place's mark. */
  left(): readonly FoundProcess[];
};

export type ExecWorld = {
  readonly api: ResponsesApi;
  readonly state: string;
  readonly homes: Readonly<Record<CodexVersion, CodexHome>>;
  /** A place of its own for a test. The script plays the model for goals that hold the place's name. */
  place(version: CodexVersion, script: Script): ExecPlace;
  close(): Promise<void>;
};

/** Makes the world: a stand-in for the model, a home for each version, a state root. */
export async function makeExecWorld(): Promise<ExecWorld> {
  const scripts = new Map<string, Script>();
  const api = await startResponsesApi((request) => {
    const [, script] = [...scripts].find(([name]) => request.body.includes(`${name}.`)) ?? [];
    if (script === undefined) throw new Error("nobody plays the model for this request");
    return script(request);
  });
  const home = () => makeCodexHome({ url: api.url, streamRetries: 1, requestRetries: 1 });
  const homes = { "0.169": home(), "0.140": home() };
  const repository = committed();
  const state = join(repository.beside, "state");
  let count = 0;
  return {
    api,
    state,
    homes,
    place(version, script) {
      count += 1;
      const name = `place-${String(count).padStart(3, "0")}`;
      scripts.set(name, script);
      const workspace = join(repository.beside, name, "work");
      mkdirSync(dirname(workspace));
      cpSync(repository.root, workspace, { recursive: true });
      const env = {
        ...homes[version].env,
        COUNTERSIGN_HOME: state,
        COUNTERSIGN_CODEX: CODEX_VERSIONS[version],
      };
      return placeOf({ name, workspace, env });
    },
    close: async () => {
      // A test that failed may have left some.
      await endAll(dirname(repository.beside), ...Object.values(homes).map(({ root }) => root));
      await api.close();
      for (const { remove } of Object.values(homes)) remove();
      repository.remove();
    },
  };
}

function committed(): ScratchRepository {
  const repository = makeRepository();
  repository.write("README.md", "# A repository\n");
  repository.write("old.txt", "old\n");
  repository.commit("Begin");
  return repository;
}

type Own = Pick<ExecPlace, "name" | "workspace" | "env">;

function placeOf({ name, workspace, env }: Own): ExecPlace {
  const start: ExecPlace["start"] = (words, more = {}, cwd = workspace) =>
    startCountersign(words, { cwd, env: { ...env, ...more } });
  const begin: ExecPlace["begin"] = (words, more) =>
    start(["exec", "--json", ...words, "--goal", `Do what is asked in ${name}.`], more);
  return {
    name,
    workspace,
    env,
    start,
    begin,
    async exec(words, more) {
      const { stdout, stderr, exitCode } = await begin(words, more);
      if (stdout === "") throw new Error(`exit ${exitCode}, nothing but: ${stderr}`);
      const answer = parseJson(stdout, ExecAnswer);
      if (answer.exitCode !== exitCode) throw new Error(`exit ${exitCode}, and it says ${answer.exitCode}`);
      return answer;
    },
    left: () => processesOf(dirname(workspace)),
  };
}

type StartedCountersign = ReturnType<typeof startCountersign>;

function startCountersign(
  words: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Environment },
) {
  return execa(process.execPath, [COUNTERSIGN, ...words], {
    cwd,
    env,
    extendEnv: false,
    reject: false,
    stdin: "ignore",
  });
}
