import { join } from "node:path";
import { expect, test } from "vitest";
import { findNotesRemote } from "#git/notes/notes-remote.ts";
import { remoteNotesPlace } from "#git/notes/remote-notes-place.ts";
import { never, watchRepository } from "#test/watched-repository.ts";

test("the remote of the branch, else origin, else the only one; a name or an address that was given", async () => {
  const { git, repository, root } = await watchRepository();
  const find = async (wanted?: string) => {
    const search = await findNotesRemote(repository, wanted, never());
    return search.kind === "found" ? search.remote.fetchUrl : search;
  };
  expect(await find()).toEqual({ kind: "none", remotes: [] });
  git("remote", "add", "fork", "/srv/fork.git");
  expect(await find()).toBe("/srv/fork.git");
  git("remote", "add", "up.stream", "../up.git");
  expect(await find()).toEqual({ kind: "none", remotes: ["fork", "up.stream"] });
  git("remote", "add", "origin", "https://host/team.git");
  expect(await find()).toBe("https://host/team.git");
  git("config", "branch.main.remote", "up.stream");
  expect(await find()).toBe("../up.git");
  expect(await find("fork")).toBe("/srv/fork.git");
  expect(await find("host:team.git")).toBe("host:team.git");
  expect(await find(root)).toBe(root);
  expect(await find("nobody")).toMatchObject({ kind: "none" });
  expect(await find("--upload-pack=/bin/evil")).toMatchObject({ kind: "none" });
});

test("what the repository says of its remotes is handed on by environment, and nothing else of it", async () => {
  const { git, repository, store, home } = await watchRepository();
  git("remote", "add", "origin", "https://host/team.git");
  git("remote", "set-url", "--push", "origin", "ssh://host/team.git");
  git("config", "http.https://host/.extraheader", "AUTHORIZATION: basic c2VjcmV0");
  git("config", "core.sshCommand", "ssh -i key");
  git("config", "url.https://mirror/.insteadOf", "https://host/");
  git("config", "core.fsmonitor", "/bin/evil");
  git("config", "--file", join(home, ".gitconfig"), "http.proxy", "http://proxy");
  const search = await findNotesRemote(repository, undefined, never());
  if (search.kind === "none") throw new Error("no remote was found");
  expect(search.remote.pushUrl).toBe("ssh://host/team.git");
  const environment = { GIT_SSH_COMMAND: "ssh -v" };
  const place = remoteNotesPlace({ repository, store, remote: search.remote, environment });
  expect(place.environment).toMatchObject({
    GIT_DIR: store.directory,
    GIT_SSH_COMMAND: "ssh -v",
    GIT_CONFIG_COUNT: "3",
    GIT_CONFIG_KEY_0: "core.sshcommand",
    GIT_CONFIG_VALUE_1: "AUTHORIZATION: basic c2VjcmV0",
    GIT_CONFIG_KEY_1: "http.https://host/.extraheader",
    GIT_CONFIG_KEY_2: "url.https://mirror/.insteadof",
  });
  expect(place.settings.join(" ")).not.toContain("c2VjcmV0");
});
