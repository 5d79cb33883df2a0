import { sha256 } from "#base/digest.ts";
import { parseShape } from "#base/json.ts";
import { locationsOf } from "#runs/locations.ts";
import { runNamed, type StoredRun } from "#runs/records/run-files.ts";
import { RunBegun, RunEnded } from "#runs/records/run-record.ts";
import { endDraft, runDraft } from "./run-values.ts";

const LOCATIONS = locationsOf({ COUNTERSIGN_HOME: "/state" }, "/home/u", "linux");

/** Returns a run as it is read from its folder, with the given fields of its end in place of its own. */
export function storedRunValue(
  id = "20260102T030405000Z-0badcafe",
  { begun: ofBegun = {}, ended: ofEnded = {} }: { readonly begun?: object; readonly ended?: object } = {},
): StoredRun {
  const name = runNamed(LOCATIONS, id);
  if (name === undefined) throw new Error(`${id} is no run's id`);
  const begun = parseShape(
    {
      ...runDraft(),
      schema: "countersign/run-begun/1",
      id,
      promptDigest: sha256("Draw a cat\n"),
      contractDigest: null,
      ...ofBegun,
    },
    RunBegun,
  );
  const digests = { begun: sha256(JSON.stringify(begun)), ended: sha256(JSON.stringify(ofEnded)) };
  const ended = parseShape(
    { ...endDraft(), schema: "countersign/run-ended/1", id, begun: digests.begun, ...ofEnded },
    RunEnded,
  );
  return { name, begun, ended, digests };
}
