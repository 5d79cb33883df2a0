import { expect, test } from "vitest";
import type { Baseline, Session } from "#runs/sessions/session.ts";
import { inView, treesOf, withSeen } from "#runs/sessions/session-trees.ts";
import { A_TREE, sessionValue } from "#test/session-values.ts";

function baseline(root: string): Baseline {
  const rules = { excludes: "", attributes: "", filters: "" };
  const snapshot = { tree: A_TREE, head: null, opaque: [], rules };
  return { root, store: "/store", snapshot, takenAt: "2026-01-02T03:04:05.000Z", why: "start" };
}

const HOME: Session = sessionValue({ baseline: baseline("/home"), omitted: ["big.txt"] });

test("a tree that comes into view keeps the one before elsewhere, and back again", () => {
  const away = inView(HOME, "/away");
  expect(away.baseline).toBeUndefined();
  expect(away.omitted).toEqual([]);
  expect(away.elsewhere).toEqual([
    { baseline: baseline("/home"), seen: [], omitted: ["big.txt"], ledger: [] },
  ]);
  expect(inView(away, "/home")).toEqual(HOME);
});

test("three trees take turns, and none is lost", () => {
  let session = HOME;
  for (const root of ["/one", "/two"]) session = { ...inView(session, root), baseline: baseline(root) };
  for (const root of ["/home", "/two", "/one", "/one", "/home"]) {
    session = inView(session, root);
    expect(session.baseline?.root).toBe(root);
    expect(
      treesOf(session)
        .map((tree) => tree.baseline.root)
        .toSorted(),
    ).toEqual(["/home", "/one", "/two"]);
  }
});

test("a state that was seen goes to its own tree, and to none that is not known", () => {
  const state = {
    tree: A_TREE,
    fingerprint: "f",
    at: "2026-01-02T03:04:05.000Z",
    until: "2026-01-02T03:04:06.000Z",
  };
  const both = { ...inView(HOME, "/away"), baseline: baseline("/away") };
  const seen = (root: string) =>
    treesOf(withSeen(both, root, state)).flatMap((tree) => tree.seen.map(() => tree.baseline.root));
  expect([seen("/away"), seen("/home"), seen("/third")]).toEqual([["/away"], ["/home"], []]);
  let many: Session = both;
  for (let index = 0; index < 60; index += 1)
    many = withSeen(many, "/home", { ...state, fingerprint: `${index}` });
  const [, home] = treesOf(many);
  expect(home?.seen.map(({ fingerprint }) => fingerprint).slice(-1)).toEqual(["59"]);
  expect(home?.seen).toHaveLength(50);
});

test("a session without a baseline has no tree, and loses nothing", () => {
  const none = sessionValue({});
  expect(treesOf(none)).toEqual([]);
  expect(inView(none, "/home")).toEqual(none);
});
