import type { PluginFinding, PluginFindingKind } from "#audit/plugins/findings/plugin-finding.ts";
import type { Subject } from "#audit/plugins/findings/subject.ts";
import { objectId } from "./plugin-values.ts";

const subject: Subject = {
  plugin: "NAME@MARKETPLACE",
  host: "claude",
  scope: "SCOPE",
  projectPath: null,
  counts: true,
};
const clone = { marketplace: "MARKETPLACE", host: "claude", directory: "CLONE" } as const;
const a = objectId("a");
const b = objectId("b");
const path = "FOLDER";
const files = [
  { path: "hooks/stop.sh", how: "changed" },
  { path: "hooks/more.sh", how: "added" },
] as const;
const commits = [{ commit: b, at: "2026-01-02T03:04:05Z", subject: "Two" }];
const offer = { path, installed: "1.0.0", installedCommit: a, offered: "2.0.0", offeredCommit: b };
const record = { scope: "user", projectPath: null, path, version: "1.0.0", commit: a };
const projects = { ...record, scope: "project", projectPath: "/work/app" };
const sessions = [{ pid: 7, sessionId: "s1", path }];

type Samples = { readonly [K in PluginFindingKind]: PluginFinding<K> };

/** One finding of every kind, with words in capitals for what differs from case to case. */
export const SAMPLES: Samples = {
  "marketplace-ahead": { kind: "marketplace-ahead", ...subject, ...offer, commits },
  "install-ahead": { kind: "install-ahead", ...subject, ...offer, proof: "commits" },
  "same-version-other-content": { kind: "same-version-other-content", ...subject, ...offer, commits },
  "pin-ignored": { kind: "pin-ignored", ...subject, pin: b, recorded: a, proved: null },
  "false-record": { kind: "false-record", ...subject, path, recorded: a, proved: b, direction: "newer" },
  "record-unproven": { kind: "record-unproven", ...subject, path, recorded: a, proved: b },
  "record-points-nowhere": { kind: "record-points-nowhere", ...subject, path },
  "record-outside-cache": { kind: "record-outside-cache", ...subject, path },
  "records-contradict": { kind: "records-contradict", ...subject, path, records: [record, projects] },
  "scope-shadowed": { kind: "scope-shadowed", ...subject, loaded: record, shadowed: [projects] },
  "unknown-version": { kind: "unknown-version", ...subject, path, recorded: "unknown" },
  "cache-edited": { kind: "cache-edited", ...subject, path, against: a, files, younger: true, searched: 4 },
  "files-added": { kind: "files-added", ...subject, path, against: a, files, byProducts: false },
  "bytes-unexplained": { kind: "bytes-unexplained", ...subject, path, recorded: a, files },
  "bytes-unproven": {
    kind: "bytes-unproven",
    ...subject,
    path,
    why: "the clone has no history",
    remedy: "fetch",
  },
  "nothing-to-compare": { kind: "nothing-to-compare", ...subject, why: "offer-not-here" },
  "bytes-unreadable": { kind: "bytes-unreadable", ...subject, path, detail: "EACCES" },
  "manifest-version-differs": {
    kind: "manifest-version-differs",
    ...subject,
    path,
    manifest: "2.0.0",
    recorded: "1.0.0",
    folder: "1.0.0",
  },
  "entry-version-differs": { kind: "entry-version-differs", ...subject, entry: "1.0.0", manifest: "2.0.0" },
  "manifest-broken": { kind: "manifest-broken", ...subject, path, detail: "not valid JSON" },
  "hooks-broken": { kind: "hooks-broken", ...subject, path, detail: "not valid JSON" },
  "path-escapes": { kind: "path-escapes", ...subject, path: "../x" },
  "enabled-not-loaded": { kind: "enabled-not-loaded", ...subject, reason: "folder-missing" },
  "load-unknown": { kind: "load-unknown", ...subject, reason: "file-newer" },
  "loaded-without-record": { kind: "loaded-without-record", ...subject, path, by: "session", pids: [7] },
  "directory-source-live": {
    kind: "directory-source-live",
    ...subject,
    path,
    installPath: "COPY",
    recorded: "1.0.0",
    live: "2.0.0",
    same: false,
  },
  "update-pending-restart": { kind: "update-pending-restart", ...subject, path, version: "2.0.0", sessions },
  "changed-under-session": {
    kind: "changed-under-session",
    ...subject,
    path,
    tree: b,
    inCache: true,
    sessions: sessions.map((one) => ({ ...one, tree: a })),
  },
  "still-loaded": { kind: "still-loaded", ...subject, reason: "disabled", sessions },
  "folder-gone-under-session": { kind: "folder-gone-under-session", ...subject, sessions },
  "two-versions-in-process": {
    kind: "two-versions-in-process",
    ...subject,
    pid: 7,
    sessionId: "s1",
    paths: [path, "OTHER"],
    first: path,
  },
  "orphaned-but-held": {
    kind: "orphaned-but-held",
    ...subject,
    path,
    orphanedAt: 0,
    pids: [7],
    replaced: false,
  },
  "dead-holders": {
    kind: "dead-holders",
    ...subject,
    path,
    marks: [{ path: "FOLDER/.in_use/PID", pid: 7, recycled: false }],
  },
  "leftover-versions": { kind: "leftover-versions", ...subject, paths: [path], orphaned: 1 },
  "clone-behind-remote": {
    kind: "clone-behind-remote",
    ...clone,
    head: a,
    remote: b,
    commits: 2,
    seen: "tracking",
  },
  "clone-diverged": { kind: "clone-diverged", ...clone, head: a, tracking: b, ahead: 1, behind: 2 },
  "clone-edited": { kind: "clone-edited", ...clone, own: true, paths: ["plugins/alpha/x"], live: false },
  "clone-unconfirmed": {
    kind: "clone-unconfirmed",
    ...clone,
    address: null,
    wanted: "github.com/lab/mkt",
    pinned: false,
  },
  "clone-shallow": { kind: "clone-shallow", ...clone, fetchedAt: null, head: a },
  "clone-broken": { kind: "clone-broken", ...clone, own: true, detail: "an object is missing" },
  "remote-not-answered": { kind: "remote-not-answered", ...clone, detail: "timeout" },
  "file-unreadable": { kind: "file-unreadable", path: "FILE", detail: "not valid JSON" },
  "file-newer": { kind: "file-newer", path: "FILE", version: "3" },
  "entries-dropped": { kind: "entries-dropped", path: "FILE", entries: ["alpha@lab: record 1"] },
  "not-listed": { kind: "not-listed", what: ["/x: EACCES"], leftOut: 2 },
  "hooks-off": { kind: "hooks-off", paths: ["FILE"] },
};
