/** What came in: the text, or why it cannot be used. */
export type StdinReading =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "unusable"; readonly detail: string };

const MAX_BYTES = 16 * 1024 * 1024;
/** A machine under load brings a long input in pieces, and the first late: so long there was none. */
const MAX_SILENCE_MS = 10_000;
const MAX_WAIT_MS = 30_000;
/** What is longer is not parsed at each chunk, but when no more has come for a moment. */
const SHORT_BYTES = 256 * 1024;
const MOMENT_MS = 50;

/**
 * Reads a hook's input, bounded in size (16 MiB) and time (10 s without a byte, 30 s in all). A host that
 * never closes the pipe costs nothing: the input is taken as soon as it is one whole JSON value.
 */
export async function readStdin(stdin: NodeJS.ReadableStream): Promise<StdinReading> {
  return await new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let pause: NodeJS.Timeout | undefined;
    const settle = (reading: StdinReading): void => {
      for (const timer of [silence, limit, pause]) clearTimeout(timer);
      stdin.removeAllListeners("data");
      stdin.pause();
      resolve(reading);
    };
    const whole = () => ({ kind: "text", text: Buffer.concat(chunks).toString("utf8") }) as const;
    const look = (): void => {
      const reading = whole();
      if (isJson(reading.text)) settle(reading);
    };
    const giveUp = (waited: number): void => settle(incomplete(bytes, waited));
    // A process that was held up sees its timer before what waits in the pipe: that comes until the next turn.
    const wasSilent = (before: number): void => {
      setImmediate(() => before === bytes && giveUp(MAX_SILENCE_MS));
    };
    const silence = setTimeout(() => wasSilent(bytes), MAX_SILENCE_MS);
    const limit = setTimeout(() => giveUp(MAX_WAIT_MS), MAX_WAIT_MS);
    stdin.on("data", (chunk: Buffer | string) => {
      chunks.push(Buffer.from(chunk));
      bytes += chunk.length;
      silence.refresh();
      if (bytes > MAX_BYTES)
        return settle({ kind: "unusable", detail: `more than ${MAX_BYTES} bytes on stdin` });
      clearTimeout(pause);
      if (!mayBeWhole(chunk)) return;
      if (bytes <= SHORT_BYTES) look();
      else pause = setTimeout(look, MOMENT_MS);
    });
    stdin.on("end", () => settle(whole()));
    stdin.on("error", (error) => settle({ kind: "unusable", detail: error.message }));
  });
}

function incomplete(bytes: number, waited: number): StdinReading {
  return { kind: "unusable", detail: `stdin stayed open for ${waited / 1000} s after ${bytes} bytes` };
}

/** Saves parsing a long input anew at every chunk. */
function mayBeWhole(chunk: Buffer | string): boolean {
  return chunk.toString().trimEnd().endsWith("}");
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
