import type { AppServer } from "./app-server.ts";
import type { Transport } from "./transport.ts";

/** One end of a wire to a server that has not been spoken to yet. */
export type Wire = {
  readonly kind: AppServer["kind"];
  readonly transport: Transport;
  /** Says in one line why the server went, as far as anything is known. */
  obituary(): string;
  /** Is told which threads are open on it, each time when they have changed. */
  hold(threads: readonly string[]): void;
  /** Releases what stands behind the wire; harmless when called again. */
  release(): Promise<void>;
};
