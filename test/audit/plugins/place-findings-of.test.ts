import { expect, test } from "vitest";
import type { MarketplaceFacts } from "#audit/plugins/marketplace-facts.ts";
import { fileFindings, marketplaceFindings } from "#audit/plugins/place-findings-of.ts";
import { cloneValue, found, marketplaceValue, objectId } from "#test/plugin-values.ts";

const b = objectId("b");
const tracking = { name: "origin/main", commit: b };
const at = (commit: string) => ({ remote: { kind: "at", commit } }) as const;

const atRef = (ref: string) => ({ kind: "github", repo: "lab/mkt", ref }) as const;

test.each<readonly [string, Partial<MarketplaceFacts>, readonly string[]]>([
  ["is as its remote", {}, []],
  ["is no clone", { clone: { kind: "none" } }, []],
  ["is broken", { clone: { kind: "broken", detail: "no HEAD" } }, ["clone-broken"]],
  ["is behind what was fetched", { clone: cloneValue({ tracking, behind: 2 }) }, ["clone-behind-remote"]],
  ["has commits of its own", { clone: cloneValue({ tracking, ahead: 1, behind: 2 }) }, ["clone-diverged"]],
  [
    "is another commit than what was fetched, history cut",
    { clone: cloneValue({ tracking, ahead: null, behind: null }) },
    ["clone-diverged"],
  ],
  ["tracks nothing", { clone: cloneValue({ tracking: null }) }, ["clone-unconfirmed"]],
  ["has no remote", { clone: cloneValue({ tracking: null, remote: null }) }, ["clone-unconfirmed"]],
  [
    "tracks nothing, and is what its remote has",
    { ...at(objectId("a")), clone: cloneValue({ tracking: null }) },
    [],
  ],
  [
    "fetches from elsewhere",
    { clone: cloneValue({ remote: "https://evil.example/lab/mkt.git" }) },
    ["clone-unconfirmed"],
  ],
  ["is a file's", { source: { kind: "url", url: "https://x.example/y.json" } }, []],
  [
    "fetches in another way",
    {
      source: { kind: "git", url: "ssh://git@host.example:22/Lab/mkt.git", ref: null },
      clone: cloneValue({ remote: "git@host.example:lab/mkt" }),
    },
    [],
  ],
  ["is behind its remote", at(b), ["clone-behind-remote"]],
  [
    "is behind its remote, which tracks nothing",
    { ...at(b), clone: cloneValue({ tracking: null }) },
    ["clone-behind-remote"],
  ],
  ["is what its remote has", at(objectId("a")), []],
  [
    "is behind what was fetched, and the remote says the same",
    { ...at(b), clone: cloneValue({ tracking, behind: 2 }) },
    ["clone-behind-remote"],
  ],
  [
    "has a remote that does not answer",
    { remote: { kind: "not-answered", detail: "timeout" } },
    ["remote-not-answered"],
  ],
  [
    "was added at a tag, from which its remote has gone on",
    { source: atRef("v1"), clone: cloneValue({ branch: null, tracking, behind: 2 }) },
    [],
  ],
  [
    "was added at a tag, and has a commit of its own",
    { source: atRef("v1"), clone: cloneValue({ branch: null, tracking, ahead: 1, behind: 2 }) },
    ["clone-unconfirmed"],
  ],
  [
    "was added at the very commit that it has",
    { source: atRef(objectId("a")), clone: cloneValue({ branch: null, tracking: null }) },
    [],
  ],
  [
    "is on no branch, where none can have been asked for",
    { source: { kind: "npm", package: "mkt" }, clone: cloneValue({ branch: null, tracking, behind: 2 }) },
    ["clone-behind-remote"],
  ],
  [
    "was added at a branch, and is behind it",
    { source: atRef("stable"), clone: cloneValue({ branch: "stable", tracking, behind: 2 }) },
    ["clone-behind-remote"],
  ],
  ["was edited", { clone: cloneValue({ edited: ["plugins/alpha/x"] }) }, ["clone-edited"]],
  ["has no history", { clone: cloneValue({ shallow: true }) }, ["clone-shallow"]],
  [
    "is somebody's own folder",
    { source: { kind: "directory", path: "/src" }, clone: cloneValue({ tracking, ahead: 3, edited: ["x"] }) },
    ["clone-edited"],
  ],
])("a marketplace that %s", (_name, facts, expected) => {
  expect(marketplaceFindings("claude", marketplaceValue(facts)).map(({ kind }) => kind)).toEqual(expected);
});

test("a file is told of where it cannot be used as a whole", () => {
  const path = "/x.json";
  const kinds = [
    { path, kind: "absent" },
    { path, kind: "unreadable", detail: "not valid JSON" },
    { path, kind: "newer", version: "3" },
    { path, kind: "read", value: [], dropped: ["alpha@lab: record 1"] },
    found(path, []),
  ] as const;
  expect(kinds.flatMap(fileFindings)).toEqual([
    { kind: "file-unreadable", path, detail: "not valid JSON" },
    { kind: "file-newer", path, version: "3" },
    { kind: "entries-dropped", path, entries: ["alpha@lab: record 1"] },
  ]);
});

test("a clone at a tag keeps nothing to compare with, which is a note", () => {
  const source = { kind: "github", repo: "lab/mkt", ref: "v1" } as const;
  const facts = marketplaceValue({ source, clone: cloneValue({ tracking: null }) });
  expect(marketplaceFindings("claude", facts)).toMatchObject([{ kind: "clone-unconfirmed", pinned: true }]);
});
