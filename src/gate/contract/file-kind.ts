import type { OutputKind } from "./contract.ts";
import type { FileContent } from "./run-seen.ts";

/** How many bytes of a file's beginning and of its end are looked at. */
export const ENDS_BYTES = 1_024;

type Ends = Pick<FileContent, "head" | "tail">;

/**
 * Returns what keeps the bytes from being a file of that kind, or `undefined`. Formats are known by
 * what their specifications put at the ends of a file: a picture is not decoded.
 */
export function kindFault(kind: OutputKind, content: FileContent): string | undefined {
  switch (kind) {
    case "any":
      return undefined;
    case "text":
    case "json":
    case "jsonl":
      return content.form;
    case "png":
      return pngFault(content);
    case "jpeg":
      return unless(content.head.startsWith("ffd8ff"), "it does not begin as a JPEG does");
    case "webp":
      return unless(/^52494646.{8}57454250/.test(content.head), "it does not begin as a WebP does");
    case "pdf":
      return pdfFault(content);
    case "zip":
      return unless(/^504b(?:0304|0506)/.test(content.head), "it does not begin as a ZIP archive does");
  }
}

/** Returns what keeps the bytes from being a whole PNG: signature, IHDR with a size, IEND (ISO/IEC 15948). */
export function pngFault({ head, tail }: Ends): string | undefined {
  const header = /^89504e470d0a1a0a0000000d49484452([0-9a-f]{8})([0-9a-f]{8})/.exec(head);
  if (header === null) return "it does not begin as a PNG does";
  if (header.slice(1).some((length) => Number.parseInt(length, 16) === 0))
    return "it is a PNG without a size";
  return unless(tail.includes("0000000049454e44ae426082"), "it does not end as a PNG does: it is cut off");
}

function pdfFault({ head, tail }: Ends): string | undefined {
  if (!head.startsWith("255044462d")) return "it does not begin as a PDF does";
  return unless(tail.includes("2525454f46"), "it does not end as a PDF does: it is cut off");
}

function unless(holds: boolean, fault: string): string | undefined {
  return holds ? undefined : fault;
}
