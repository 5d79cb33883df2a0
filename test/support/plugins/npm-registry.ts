import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { json } from "./plugin-files.ts";
import type { PluginWorld } from "./plugin-world.ts";
import type { Files } from "./repository-spec.ts";
import { writeFiles } from "./write-files.ts";

export type NpmPackage = { readonly name: string; readonly version: string; readonly files: Files };

export type NpmRegistry = {
  /** The address of the package's archive, for lock files. */
  readonly tarball: string;
  /** As lock files have it. */
  readonly integrity: string;
  readonly close: () => Promise<void>;
};

/**
 * Starts a registry of one package on loopback and makes it the default of the world's home: from no other
 * registry without encryption does Claude Code take packages.
 */
export async function startNpmRegistry(
  world: PluginWorld,
  { name, version, files }: NpmPackage,
): Promise<NpmRegistry> {
  const folder = join(world.home.root, "npm", name);
  mkdirSync(folder, { recursive: true });
  writeFiles(join(folder, "package"), Object.entries({ "package.json": json({ name, version }), ...files }));
  execFileSync("tar", ["-czf", "package.tgz", "package"], { cwd: folder });
  const archive = readFileSync(join(folder, "package.tgz"));
  const integrity = `sha512-${createHash("sha512").update(archive).digest("base64")}`;
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    if (path.endsWith(".tgz")) response.end(archive);
    else if (path === `/${name}`) response.end(json(listing(tarball)));
    else response.writeHead(404).end();
  });
  const listing = (address: string) => ({
    name,
    "dist-tags": { latest: version },
    versions: { [version]: { name, version, dist: { tarball: address, integrity } } },
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const tarball = `http://127.0.0.1:${port}/${name}-${version}.tgz`;
  writeFileSync(join(world.home.home, ".npmrc"), `registry=http://127.0.0.1:${port}/\n`);
  return {
    tarball,
    integrity,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
