import type * as z from "zod/mini";

/** A notification as it came over the wire. Its `params` are checked by whoever reads them. */
export type Notification = { readonly method: string; readonly params: unknown };

/** One connection to a `codex app-server`, initialised and ready for requests. */
export type AppServer = {
  /** `shared`: the one that all sessions use. `private`: started on stdio for this process alone. */
  readonly kind: "shared" | "private";
  /** Why a private server stands in for the shared one, on one line; absent where none was wanted. */
  readonly notShared?: string;
  /** The version of the process that answers, as it says itself. */
  readonly version: string;
  readonly codexHome: string;
  /** Aborted, with a `CodexFault` as its reason, when the connection is lost before `close`. */
  readonly lost: AbortSignal;
  /**
   * Sends one request and returns its checked result.
   *
   * @throws CodexFault `protocol` for an error reply or a result of another shape, `server-died`
   * when the connection goes, `server-draining` where the server says so; or `signal`'s reason.
   */
  request<S extends z.ZodMiniType>(
    method: string,
    params: object,
    result: S,
    signal: AbortSignal,
  ): Promise<z.output<S>>;
  /** Calls the listener for every notification until the returned function is called. */
  listen(listener: (notification: Notification) => void): () => void;
  /** Ends the connection; a private server ends with it, its commands too. */
  close(): Promise<void>;
};
