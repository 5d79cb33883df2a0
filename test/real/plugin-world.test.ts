import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as damage from "#test/plugins/damage-scenes.ts";
import * as directory from "#test/plugins/directory-scenes.ts";
import * as npm from "#test/plugins/npm-scenes.ts";
import { whatLoads } from "#test/plugins/plugin-session.ts";
import { makePluginWorld, type PluginWorld } from "#test/plugins/plugin-world.ts";
import * as issues from "#test/plugins/public-issues.ts";
import * as recordless from "#test/plugins/recordless-scenes.ts";
import { cachePath, keepState, measureNext, type Scene } from "#test/plugins/scene.ts";
import * as scopes from "#test/plugins/scope-scenes.ts";
import * as sources from "#test/plugins/source-scenes.ts";
import * as off from "#test/plugins/switched-off-scenes.ts";
import * as updates from "#test/plugins/update-scenes.ts";

type Make = (world: PluginWorld) => Promise<Scene>;
const modules = [damage, directory, npm, off, recordless, scopes, sources, updates];
const scenes = new Map(modules.flatMap((module) => Object.entries<Make>(module)));

let world: PluginWorld;
beforeEach(async () => {
  world = await makePluginWorld();
});
afterEach(() => world.close());

describe("a scene comes out as it says", () => {
  test("an update moves the next session and leaves the running one", async () => {
    const scene = await make("pluginUpdated");
    expect(await measureNext(world, scene)).toEqual(scene.next);
    expect(await scene.running?.ask("Still there?")).toMatchObject({
      plugins: [{ path: cachePath(world, "1.0.0"), version: "1.0.0" }],
    });
    await scene.running?.end();
  });

  test("what was kept comes back as it was: only the second session loads what was recorded anew", async () => {
    const scene = await make("recordsDeleted");
    const putBack = keepState(world);
    const [first, second] = [await measureNext(world, scene), await measureNext(world, scene)];
    putBack();
    const again = await measureNext(world, scene);
    expect([first, second.kind, again]).toEqual([scene.next, "loaded", scene.next]);
  });

  test.each(["directorySourceMoved", "userRecordFirst", "seedDirectory", "folderPinnedToCommit"])(
    "%s",
    async (name) => {
      const scene = await make(name);
      expect(await measureNext(world, scene)).toEqual(scene.next);
      await scene.running?.end();
    },
  );
});

test.each(Object.entries(issues))(
  "%s: Claude Code takes what was laid out for its own",
  async (_name, make) => {
    const { world: laid, truth } = make();
    try {
      const { plugins } = await whatLoads(world, { env: { CLAUDE_CONFIG_DIR: laid.configDirectory } });
      expect(plugins.map(({ path }) => path)).toEqual(truth.isLoaded ? [truth.installPath] : []);
    } finally {
      laid.remove();
    }
  },
);

async function make(name: string): Promise<Scene> {
  const scene = scenes.get(name);
  if (scene === undefined) throw new Error(`there is no scene ${name}`);
  return await scene(world);
}
