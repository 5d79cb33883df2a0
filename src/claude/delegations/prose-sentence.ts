/** What a reviewer or worker did once it has run, as a report tells it. */
const DID =
  "reviewed|re-?reviewed|found|finds|says|said|confirmed|confirms|agrees|agreed|approved|approves|flagged|flags|reported|reports|identified|completed|finished|ran|signed|verified|checked|analy[sz]ed|suggested|suggests|recommended|recommends|concluded|concludes|noted|notes|raised|pointed|implemented|wrote|fixed|generated|produced|returned|responded|replied|answered|caught|gave|looked|examined|inspected|validated|detected|spotted|rated|scored|passed|rejected|did|made|applied|created|proposed|disagreed|disagrees|thinks|came|considered|considers|diagnosed|traced|investigated|audited|tested|refactored|solved|cleared|accepted|has spoken";
/** What its run is called. */
const RUN =
  "(?:adversarial[- ])?(?:re-?review|review|run|task|job|thread|session|turn|analysis|check|verdict|pass|opinion|second opinion|audit|delegation|verification|feedback|findings?|report|answer|response|result|results|output|investigation|diagnosis|exec)";
const CODEX = "(?:open\\s?ai(?:'s)?\\s+)?codex(?:\\s+(?:cli|agent|reviewer|rescue))?";
const LIGHT =
  "(?:\\s+(?:has|have|had|just|also|already|independently|successfully|then|now|both|even|itself|only|thoroughly|carefully|twice|once|too|again|subsequently|initially|only))*";

const FORMS: readonly RegExp[] = [
  // Codex reviewed this; the Codex review found nothing; Codex (gpt-5) says ...
  new RegExp(`\\b${CODEX}(?:'s)?(?:\\s+${RUN})?(?:\\s*\\([^)]*\\))?,?${LIGHT}\\s+(?:${DID})\\b`, "i"),
  // Codex did not find anything: it looked.
  /\bcodex(?:\s+review(?:er)?)?\s+(?:did\s+not|didn't|could\s+not|couldn't)\s+(?:find|flag|report|identify|raise|see|spot|object|complain)\b/i,
  // Codex is running in the background; Codex is now reviewing; Codex is happy with it.
  /\bcodex\s+(?:is|was)\s+(?:now\s+|currently\s+|already\s+|also\s+)?(?:running|reviewing|working|analy[sz]ing|checking|looking|investigating|happy|satisfied|fine|in agreement|done|finished)\b/i,
  // I ran codex; I have asked Codex; delegated the task to Codex; we had Codex review it.
  /\b(?:ran|run|executed|invoked|used|called|launched|started|kicked\s+off|triggered|dispatched|asked|consulted|queried|had|got|obtained|received|spawned|completed|finished|engaged|tasked|prompted|performed)\s+(?:(?:an?|the|this|that|it|my|another|both|one|two|three|full|independent|final|separate|parallel|background|second|quick|read-only|opinion|review|output|feedback|pass|changes?|code|diff|approval|sign-?off|from|by|via|through|with|past|on|in|of|and|successful|using|confirmation|findings|answer|verdict|agreement|openai|agents?|sub-?agents?|reviews?|clean|good|positive|fresh|short|thorough|detailed|in-depth|third|external|adversarial|deep)\s+){0,7}codex\b/i,
  /\b(?:delegated|handed|sent|forwarded|passed|submitted|gave|routed|offloaded|outsourced|assigned|shown?|showed|put|fed)\b[^.;:!?]{0,80}?\b(?:to|through|past|by|before|via|into)\s+(?:the\s+|openai\s+)?codex\b/i,
  // Reviewed by Codex; this was verified with Codex; cross-checked using Codex.
  /\b(?:reviewed|re-?reviewed|checked|double-checked|cross-checked|approved|verified|validated|signed\s+off|confirmed|audited|analy[sz]ed|implemented|generated|written|fixed|tested|produced|created|done|investigated|diagnosed|reported|found|flagged|raised|suggested|recommended|identified|caught|proposed|cleared|accepted)\b(?:\s+(?:on|independently|twice|again|successfully|externally))*\s+(?:by|with|using|through|via|in)\s+(?:(?:the|both|openai|an?|independent)\s+)*codex\b(?!\s+(?:in mind|support|style|config))/i,
  // According to Codex; as Codex suggested; per the Codex review; based on Codex's feedback.
  /\b(?:according\s+to|per|based\s+on|following|after|thanks\s+to|addressed|incorporated|applied|resolved|fixed)\s+(?:all\s+(?:of\s+)?)?(?:the\s+)?codex(?:'s)?\s+(?:review(?:er)?|feedback|findings?|suggestions?|recommendations?|comments?|remarks?|analysis|verdict|advice|points?)\b/i,
  /\b(?:according\s+to|in\s+the\s+(?:opinion|words)\s+of)\s+codex\b/i,
  // Codex findings: ...; Codex review: passed; Codex says: ...; Codex session ID: ...
  new RegExp(
    `(?:^|[:,(✅✓☑]\\s*)(?:the\\s+)?${CODEX}(?:'s)?\\s+${RUN}(?:\\s+(?:summary|results?|status|verdict|outcome|id))?\\s*(?:\\([^)]*\\))?\\s*[:=✅✓✔]`,
    "i",
  ),
  new RegExp(
    `\\b${CODEX}(?:'s)?\\s+${RUN}\\s+(?:is|was|are|were|has|have|came|shows?|showed|turned|started|launched|complete|succeeded|clean|done)\\b`,
    "i",
  ),
  /^(?:reviewer|reviewed[- ]by|verdict by|source|author|generated[- ]by|approved[- ]by|signed[- ]off[- ]by)\s*:\s*(?:openai\s+)?codex\b/i,
  /\b(?:no|zero|any)\s+(?:further\s+|new\s+|blocking\s+)?(?:issues?|findings?|problems?|objections?|concerns?|bugs?)\s+from\s+(?:the\s+)?codex\b/i,
  /\bcodex\s*[:✅✓✔]\s*(?:approved?|allow|lgtm|passed|pass|no\s+(?:issues|findings|problems)|clean|ok)\b/i,
  /\bcodex(?:'s)?\s+(?:task|job|review|run)\s+(?:id\b|[a-z]+-[0-9a-z]{4,})/i,
  /\bcodex\s+had\s+(?:no|nothing|two|three|one|some|a few|several|\d+)\b/i,
];

/** Before what was said: it is a wish, a plan or a condition. */
const NOT_YET =
  /\b(?:will|shall|would|should|could|can|cannot|may|might|must|ought|'ll|'d|going\s+to|want(?:s|ed)?\s+(?:me\s+)?to|(?:like|happy|glad|able|free|ready)\s+to|plan(?:s|ning|ned)?\s+to|needs?(?:ed)?\s+to|have\s+to|has\s+to|intend(?:s|ed)?\s+to|tr(?:y|ied|ying)(?:\s+to)?|attempt(?:s|ed|ing)?(?:\s+to)?|let\s+me|let's|about\s+to|supposed\s+to|meant\s+to|expected\s+to|asked\s+(?:me|us)|told\s+(?:me|us)|wanted|requested|please|to\s+be|if|unless|whether|until|before|in\s+case|whenever|instead\s+of|rather\s+than|to\s+(?:have|get|let|make)|make\s+sure|ensure[sd]?|remember\s+to|next(?:\s+step)?s?\s*:|todo|pending|as\s+if|as\s+though|pretend(?:s|ed|ing)?|claim(?:s|ed|ing)?|suppose|imagine|hypothetical(?:ly)?|for\s+example|e\.g\.|in\s+theory|example)\b|(?:^|\s)'ll\b/i;
/** Before what was said: it did not happen, or only the saying of it is at issue. */
const NOT_SO =
  /\b(?:not|never|no\s+longer|cannot|can't|couldn't|didn't|don't|doesn't|hasn't|haven't|hadn't|wasn't|weren't|isn't|aren't|won't|wouldn't|without|neither|nor|unable|fail(?:s|ed)?(?:\s+to)?|refused|denied|blocked|skipped|skipping|prevented|lacks?|no\s+evidence|instead\s+of|yet\s+to|nothing|nobody)\b/i;
/** Said by others, or about what others say. */
const HEARSAY =
  /\b(?:you|they|he|she|user|readme|docs?|documentation|comment|message|issue|changelog|text|transcript|log|test|tests|file|function|code|script|hook|page|section|paragraph|plugin|it|which|that|he|who)\s+(?:also\s+)?(?:said|says|mention(?:s|ed)|claim(?:s|ed)|stat(?:es|ed)|ask(?:s|ed)|wrote|reads?|describes?|explains?|documents?|assumes?|asserts?|checks|ensures?|detects?|expects?|simulates?|mocks?|shows\s+how|tells)\b/i;
/** The whole sentence says that it came to nothing, or is about Codex in general. */
const NOTHING_RAN =
  /\b(?:not\s+(?:installed|available|found|run|ran|executed|started|invoked|called|launched|completed|reachable|authenticated|logged\s+in|signed\s+in)|isn't\s+(?:installed|available)|unavailable|missing|command\s+not\s+found|no\s+such\s+file|permission\s+(?:was\s+)?denied|denied\s+permission|could(?:n't|\s+not)\s+(?:run|start|launch|execute|reach|invoke|complete|be)|unable\s+to|failed\s+to|never\s+(?:ran|started|launched|reviewed)|did(?:n't|\s+not)\s+(?:run|start|complete|finish|review|execute|respond|answer|return|produce|work)|(?:returned|reported|gave|produced|raised|threw)\s+(?:an?\s+)?(?:http\s+)?(?:error|failure|exception|40[0-9]|50[0-9])|exit(?:ed)?\s+(?:code|with|status)\s*(?:code|status)?\s*[1-9]|timed\s+out|usage\s+limit|rate\s+limit|crashed)/i;
/** What is so in general, or in a repository, and happens at no time. */
const GENERAL =
  /\b(?:always|usually|typically|generally|normally|often|sometimes|by\s+default|in\s+general|each\s+time|every\s+time|whenever|when\s+you|you\s+can|you\s+may|for\s+instance)\b/i;
/** A condition in the past is a statement, unless it looks ahead: "once Codex reviewed it, I fixed ...". */
const WHEN = /\b(?:once|when|after|as\s+soon\s+as)\s+(?:the\s+)?(?:openai\s+)?codex\b/i;
const AHEAD = /\b(?:will|shall|would|can|could|may|might|should|must|going\s+to|please|let\s+me)\b|'ll\b/i;
/** A word that only contains the name: a path, a file, a package, an option, a heading of a document. */
const IN_A_NAME =
  /[\w./@-]*[/.@_]codex[\w./@-]*|\bcodex(?:[/_]|\.(?=\w)|-(?!led|based|reviewed|approved|assisted))[\w./@-]*|~\/\.codex\S*/gi;

/** Returns whether one sentence of an agent says that Codex ran. */
export function isClaim(sentence: string): boolean {
  const text = sentence.replace(IN_A_NAME, " … ").replace(/\s+/g, " ");
  if (
    /\?["')\]]*$/.test(text) ||
    /^(?:(?:the|my|our)\s+)?(?:plan|todo|next(?:\s+steps?)?)\s*(?:is\b|:)/i.test(text)
  )
    return false;
  if (NOTHING_RAN.test(text) || GENERAL.test(text)) return false;
  if (WHEN.test(text) && AHEAD.test(text)) return false;
  return FORMS.some((form) => {
    const found = form.exec(text);
    return found !== null && stands(text.slice(0, found.index), found[0]);
  });
}

/** The words before it in its clause decide whether it is said of something that happened. */
function stands(before: string, found: string): boolean {
  const clause =
    before.split(/[,:;](?:\s|$)|\b(?:and|but|so|then|because|since|while|although)\s/).at(-1) ?? "";
  if (NOT_YET.test(before) && !/[.,;:]\s[^.,;:]*$/.test(before)) return false;
  if (NOT_YET.test(clause) || NOT_SO.test(clause) || HEARSAY.test(before)) return false;
  // "a folder called codex".
  if (/^called\s+codex/i.test(found) && !/\b(?:i|we|'ve|agent|and)\s+(?:\w+\s+)?$/i.test(before))
    return false;
  // "run codex" without a person is a command; with one, or behind "have", it is a report.
  if (/^run\b/i.test(found))
    return /\b(?:have|has|had|was|were|been|'ve|being)\s+(?:\w+\s+){0,2}$/i.test(before);
  return !/\b(?:to|please)\s*$/i.test(clause);
}
