import type { Readable, Writable } from "node:stream";
import type { DataCallback, Disposable, Message } from "vscode-jsonrpc/node";
import { AbstractMessageReader, AbstractMessageWriter } from "vscode-jsonrpc/node";
import type { WebSocket } from "ws";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";

/** What carries the messages of one connection: whole JSON texts, in order, both ways. */
export type Transport = {
  send(text: string): Promise<void>;
  /** Called once. `onEnd` is called once, with the error that ended the transport where there was one. */
  receive(onText: (text: string) => void, onEnd: (error: Error | undefined) => void): void;
  end(): void;
};

/** A JSON-RPC message as far as it concerns the transport. Codex leaves `jsonrpc` out of its own. */
const WireMessage = z.looseObject({});

/**
 * Returns the transport of `codex app-server` on stdio: one JSON text per line, no Content-Length.
 * `ended` settles when the process is gone and nothing more will be read.
 */
export function lineTransport(input: Readable, output: Writable, ended: Promise<unknown>): Transport {
  return {
    send: (text) => writeLine(output, text),
    receive: (onText, onEnd) => {
      readLines(input, onText);
      let last: Error | undefined;
      input.on("error", (error) => (last = error));
      // A failed write rejects its own promise; the end of the process then follows.
      output.on("error", (error) => (last = error));
      void ended.then(() => onEnd(last));
    },
    end: () => output.end(),
  };
}

/** Returns the transport of a shared server: one JSON text per WebSocket text frame. */
export function webSocketTransport(socket: WebSocket): Transport {
  return {
    send: (text) =>
      new Promise((resolve, reject) => {
        socket.send(text, (error) => (error ? reject(error) : resolve()));
      }),
    receive: (onText, onEnd) => {
      socket.on("message", (bytes) => onText(bytes.toString()));
      let last: Error | undefined;
      socket.on("error", (error) => (last = error));
      socket.once("close", () => onEnd(last));
    },
    end: () => socket.terminate(),
  };
}

/** Reads JSON-RPC messages from a transport. A text that is no JSON object is reported as an error. */
export class TransportReader extends AbstractMessageReader {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    super();
    this.#transport = transport;
  }

  override listen(callback: DataCallback): Disposable {
    let listening = true;
    this.#transport.receive(
      (text) => {
        if (listening) this.#deliver(text, callback);
      },
      (error) => {
        if (error !== undefined) this.fireError(error);
        this.fireClose();
      },
    );
    return { dispose: () => (listening = false) };
  }

  #deliver(text: string, callback: DataCallback): void {
    try {
      callback({ ...parseJson(text, WireMessage), jsonrpc: "2.0" });
    } catch (error) {
      this.fireError(error);
    }
  }
}

/** Writes JSON-RPC messages to a transport, one JSON text each. */
export class TransportWriter extends AbstractMessageWriter {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    super();
    this.#transport = transport;
  }

  async write(message: Message): Promise<void> {
    await this.#transport.send(JSON.stringify(message));
  }

  end(): void {
    this.#transport.end();
  }
}

/** `node:readline` would also split at U+2028, which JSON allows inside a string. */
function readLines(input: Readable, onText: (text: string) => void): void {
  let pieces: string[] = [];
  input.setEncoding("utf8");
  input.on("data", (chunk: string) => {
    const [first = "", ...others] = chunk.split("\n");
    pieces.push(first);
    for (const next of others) {
      const line = pieces.join("");
      pieces = [next];
      if (line.trim() !== "") onText(line);
    }
  });
}

function writeLine(output: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(`${text}\n`, (error) => (error ? reject(error) : resolve()));
  });
}
