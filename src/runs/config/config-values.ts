import * as z from "zod/mini";
import { Config } from "#gate/config.ts";

/** What one source may say: any of the keys, and no others. A file is plain JSON, without comments. */
export const ConfigValues = z.partial(Config);
export type ConfigValues = z.output<typeof ConfigValues>;
