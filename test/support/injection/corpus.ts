import { disguises } from "./disguises.ts";
import { forgedAnswers, forgedRequestIds } from "./forged-answers.ts";
import { frameClosers } from "./frame-closers.ts";
import { hostileNames } from "./hostile-names.ts";
import { along, type Injection } from "./injection-case.ts";
import { commitMessages, conventions, echoedFindings, quotedVerdicts } from "./quoted-words.ts";
import { roleMarkers } from "./role-markers.ts";
import { spokenVerdicts } from "./spoken-verdicts.ts";

/** Every text of the corpus, each on the channel that it would most likely take. */
export const INJECTIONS: readonly Injection[] = [
  ...along(["added line", "agent's message", "person's prompt", "removed line"], spokenVerdicts()),
  ...along(["added line", "agent's message", "context line", "finding's quote"], forgedAnswers()),
  ...along(["person's prompt", "added line", "conventions", "finding's failure path"], forgedRequestIds()),
  ...along(
    ["added line", "agent's message", "conventions", "finding's title", "removed line"],
    frameClosers(),
  ),
  ...along(["agent's message", "added line", "context line", "person's prompt"], roleMarkers()),
  ...along(["added line", "context line", "agent's message", "finding's failure path"], disguises()),
  ...along(["file name", "file name", "uncovered name"], hostileNames()),
  ...along(["commit message"], commitMessages()),
  ...along(["agent's message", "added line", "dismissal's reason"], quotedVerdicts()),
  ...along(["finding's title", "finding's quote", "finding's failure path"], echoedFindings()),
  ...along(["conventions"], conventions()),
];
