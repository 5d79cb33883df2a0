import fc from "fast-check";

/**
 * What is drawn at random in the tests is the same each time, so that what is green once is green
 * again, and no change is refused for what another did. `FUZZ_SEED=7 npx vitest run --project unit`
 * looks elsewhere; what it finds goes into its test as an example.
 */
export const FUZZ_SEED = Number(process.env["FUZZ_SEED"] ?? 20_261_121);

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: FUZZ_SEED });

export { fc };
