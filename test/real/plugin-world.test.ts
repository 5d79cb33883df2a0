import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { recordsDeleted } from "#test/plugins/damage-scenes.ts";
import { directorySourceMoved } from "#test/plugins/directory-scenes.ts";
import { whatLoads } from "#test/plugins/plugin-session.ts";
import { makePluginWorld, type PluginWorld } from "#test/plugins/plugin-world.ts";
import * as issues from "#test/plugins/public-issues.ts";
import { seedDirectory } from "#test/plugins/recordless-scenes.ts";
import { cachePath, keepState, loaded, measureNext, type Scene } from "#test/plugins/scene.ts";
import { userRecordFirst } from "#test/plugins/scope-scenes.ts";
import { pluginUpdated } from "#test/plugins/update-scenes.ts";

let world: PluginWorld;
beforeEach(async () => {
  world = await makePluginWorld();
});
afterEach(() => world.close());

describe("a scene comes out as it says", () => {
  test("an update moves the next session and leaves the running one", async () => {
    const scene = await pluginUpdated(world);
    expect(await measureNext(world, scene)).toEqual(scene.next);
    expect(await scene.running?.ask("Still there?")).toMatchObject({
      plugins: [{ path: cachePath(world, "1.0.0"), version: "1.0.0" }],
    });
    await scene.running?.end();
  });

  test("what was kept comes back as it was: only the second session loads what was recorded anew", async () => {
    const scene = await recordsDeleted(world);
    const putBack = keepState(world);
    const [first, second] = [await measureNext(world, scene), await measureNext(world, scene)];
    putBack();
    const again = await measureNext(world, scene);
    expect([first, second.kind, again]).toEqual([scene.next, "loaded", scene.next]);
  });

  const scenes: Readonly<Record<string, (world: PluginWorld) => Promise<Scene>>> = {
    "the folder of a marketplace is loaded as it stands": directorySourceMoved,
    "the first record that applies wins": userRecordFirst,
    "a seed needs no record": seedDirectory,
  };
  test.each(Object.entries(scenes))("%s", async (_name, make) => {
    const scene = await make(world);
    expect(await measureNext(world, scene)).toEqual(scene.next);
    await scene.running?.end();
  });
});

test.each(Object.entries(issues))(
  "%s: Claude Code takes what was laid out for its own",
  async (_name, make) => {
    const { world: laid, truth } = make();
    try {
      const { plugins } = await whatLoads(world, { env: { CLAUDE_CONFIG_DIR: laid.configDirectory } });
      const paths = plugins.map(({ path }) => loaded(path, undefined));
      expect(paths).toEqual(truth.isLoaded ? [loaded(truth.installPath, undefined)] : []);
    } finally {
      laid.remove();
    }
  },
);
