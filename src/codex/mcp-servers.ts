import type * as z from "zod/mini";
import type { McpServer } from "./protocol.ts";

type Server = z.output<typeof McpServer>;

/**
 * Returns the table that switches these servers of MCP off in a thread's configuration. Tables are merged,
 * so each server must be named to be disabled. Its transport goes with it: once the project is untrusted,
 * its own servers have no other entry, and one without a transport is refused.
 */
export function disabledServers(servers: Readonly<Record<string, Server>>): object {
  return Object.fromEntries(
    Object.entries(servers).map(([name, server]) => [name, { ...transport(server), enabled: false }]),
  );
}

function transport(server: Server): object {
  return typeof server.url === "string" ? { url: server.url } : { command: server.command ?? "" };
}
