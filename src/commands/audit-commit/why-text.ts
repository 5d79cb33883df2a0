import { REFUSED_NOTES } from "#audit/signed-paths/refused-note.ts";
import type { WhyNot } from "#audit/signed-paths/why-not.ts";
import { count } from "#base/text.ts";
import { notCoveredText } from "#gate/scope/coverage.ts";

/** Returns in words why a path is not signed. */
export function whyText(why: WhyNot): string {
  switch (why.kind) {
    case "shown-in-part":
      return `only a part of it was shown to the reviewer (${why.receipt})`;
    case "redacted":
      return `it was shown with ${count(why.values, "secret-looking value")} replaced (${why.receipt})`;
    case "note-refused":
      return `${REFUSED_NOTES[why.why].title} (${why.receipt})`;
    case "other-mode":
      return `its content was signed, with another file mode (${why.receipt})`;
    case "other-old-content":
      return why.old === null
        ? `this content was signed as a new file, and here it replaces another (${why.receipt})`
        : `this content was signed, but only what leads to it from ${why.old.slice(0, 12)}; how that came about is signed by nobody (${why.receipt})`;
    case "not-covered":
      return `the review did not cover it: ${notCoveredText(why.why)} (${why.receipt})`;
    case "left-out":
      return `the review left it out as another session's work (${why.receipt})`;
    case "other-new-content":
      return `what was signed leads to another content (${why.receipt}): it was edited afterwards, or only a part was committed`;
    case "only-as-patch":
      return `its lines were signed between other contents, which --strict does not count (${why.receipts.join(" ")})`;
    case "submodule":
      return "it is a submodule's commit, of which reviews show the files; verify it in its own repository";
    case "no-note":
      return "no note speaks of it";
  }
}
