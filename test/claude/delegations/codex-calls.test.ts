import { expect, test } from "vitest";
import { codexCalls } from "#claude/delegations/codex-calls.ts";
import type { CodexCall } from "#claude/delegations/delegation.ts";

/** A script, and its calls of Codex as `described` writes them. */
const CALLS: readonly (readonly [string, ...string[]])[] = [
  ["codex exec 'review the diff'", "codex exec <review the diff> in /work"],
  [
    'codex exec --json --sandbox read-only "review $(git diff)" < /dev/null',
    "codex exec <review …> in /work",
  ],
  [
    "CODEX_HOME=/tmp/h timeout -k 5 600 codex exec -m gpt-5 -C sub - <<'EOF'\nLook at this\nEOF\necho done",
    "codex exec <Look at this> in /work/sub home /tmp/h",
  ],
  [`bash -lc 'cd /x && codex exec resume --last "go on"'`, "codex exec resume <go on> in /x resumes last"],
  ["npx -y @openai/codex@0.140.0 exec hello", "codex exec <hello> in /work"],
  ["npm exec -- codex review --uncommitted", "codex review <own> in /work"],
  ["pnpm dlx @openai/codex exec hello", "codex exec <hello> in /work"],
  ["/usr/local/bin/codex e hi | tee out.txt", "codex exec <hi> in /work"],
  ['CODEX=/opt/codex; "$CODEX" exec hi', "codex exec <hi> in /work"],
  ["$" + "{CODEX:-codex} exec hi", "codex exec <hi> in /work"],
  ["OUT=$(codex exec 'x y')\necho $OUT", "codex exec <x y> in /work"],
  ["OUT=`codex exec 'x y'`", "codex exec <x y> in /work"],
  ["diff <(codex exec one) <(codex exec two)", "codex exec <one> in /work", "codex exec <two> in /work"],
  ["echo 'the prompt' | codex exec", "codex exec <the prompt> in /work"],
  ["printf '%s' 'abc def' | codex exec --json -", "codex exec <abc def> in /work"],
  ["cat <<EOF | codex exec\na\nb\nEOF", "codex exec <a\nb> in /work"],
  ["cat p.md | codex exec -", "codex exec <?> in /work"],
  ["codex exec <<< 'hey you'", "codex exec <hey you> in /work"],
  ["P='long prompt'; codex exec \"$P\"", "codex exec <long prompt> in /work"],
  ['export CODEX_HOME=/q; codex exec "it\'s \\"so\\""', 'codex exec <it\'s "so"> in /work home /q'],
  ["env -u FOO CODEX_HOME=/q codex exec hi", "codex exec <hi> in /work home /q"],
  ["codex -C /other -c a=b exec --output-schema s.json hi", "codex exec <hi> in /other"],
  ['codex -C "$(mktemp -d)" exec hi', "codex exec <hi> in ?"],
  ["cd $DIR && codex exec hi", "codex exec <hi> in ?"],
  ["(cd /y; codex exec hi); codex exec ho", "codex exec <hi> in /y", "codex exec <ho> in /work"],
  ["codex exec --ephemeral 'q'", "codex exec <q> in /work ephemeral"],
  [
    "codex exec resume 0199A1B2-0000-7000-8000-000000000000 'next'",
    "codex exec resume <next> in /work resumes 0199a1b2-0000-7000-8000-000000000000",
  ],
  ["codex exec resume my-thread 'next'", "codex exec resume <next> in /work resumes last"],
  ["codex exec review --base main", "codex exec review <own> in /work"],
  ["codex 'do it'", "codex tui <do it> in /work"],
  ["codex app-server --listen unix://", "codex app-server <?> in /work"],
  ["nohup codex exec hi > out.log 2>&1 &", "codex exec <hi> in /work detached"],
  ["(codex exec hi; echo done) & wait", "codex exec <hi> in /work detached"],
  ["codex exec hi 2>&1 && echo ok", "codex exec <hi> in /work"],
  ["countersign thread start --background 'go on'", "countersign thread start <go on> in /work detached"],
  ["if ! codex exec hi; then echo no; fi", "codex exec <hi> in /work"],
  ['for f in a b; do codex exec "check $f please"; done', "codex exec <check … please> in /work repeats"],
  ["xargs -n1 codex exec < list", "codex exec <?> in /work"],
  [
    'eval "codex exec hi"; codex exec \'unterminated',
    "codex exec <hi> in /work",
    "codex exec <unterminated> in /work",
  ],
  ["docker exec -it box codex exec hi", "codex exec <hi> in /work elsewhere"],
  ["ssh host 'codex exec hi'", "codex exec <hi> in /work elsewhere"],
  [
    'node "$' + "{CLAUDE_PLUGIN_ROOT}/scripts/codex-companion.mjs\" task --background 'fix the bug'",
    "companion task <fix the bug> in /work detached",
  ],
  ["node /p/codex-companion.mjs review --base main", "companion review <own> in /work ephemeral"],
  ["node /p/codex-companion.mjs task --resume-last 'go'", "companion task <go> in /work resumes last"],
  ["countersign thread resume 0199 'and then'", "countersign thread resume <and then> in /work resumes last"],
  [
    "countersign exec --timeout 5 'do it'; countersign review",
    "countersign exec <do it> in /work",
    "countersign review <own> in /work",
  ],
  ["countersign exec --verify 'npm test' --goal 'do that'", "countersign exec <do that> in /work"],
  ["countersign exec --dry-run 'do it'"],
  ["codex --version"],
  ["codex exec --help"],
  ["codex login status"],
  ["codex app-server generate-ts --out x"],
  ["node /p/codex-companion.mjs status"],
  ["countersign thread list; countersign audit runs"],
  ["which codex; command -v codex"],
  ["cat codex.md; ls ~/.codex/sessions"],
  ["git log --grep 'codex exec foo'"],
  ["echo codex exec hi"],
  ['grep -r "codex exec" .'],
  ["# codex exec hi\nls"],
  ["cat > codex-review.md <<'EOF'\ncodex exec x\n$(codex exec y)\nEOF"],
  ["git commit -m 'Run codex exec'"],
];

test.each(CALLS)("the calls in %j", (script, ...calls) => {
  expect(codexCalls(script, "/work").map(described)).toEqual(calls);
});

test("a script without an end, or nested without an end, is read to its end", () => {
  for (const script of [
    "$(".repeat(5000),
    "`".repeat(999),
    '"'.repeat(999),
    "bash -c ".repeat(500),
    "((((codex exec",
  ])
    expect(codexCalls(script, "/work").length).toBeLessThan(2);
});

test("variables that double themselves, and very many of them, stay small", () => {
  const doubled = `a=xx; ${"a=$a$a; ".repeat(500)}codex exec "$a"`;
  expect(codexCalls(doubled, "/work")).toHaveLength(1);
  expect(codexCalls(`b=$c; ${"b=$b$b; ".repeat(500)}codex exec "x$b"`, "/work")).toHaveLength(1);
  const many = Array.from({ length: 5_000 }, (_, index) => `v${index}=${index}`).join("; ");
  expect(
    codexCalls(`${many}; codex exec hi; ${many.replaceAll("; ", " ")} codex exec ho`, "/work"),
  ).toHaveLength(2);
});

test("where the session worked is not known: neither is where Codex did", () => {
  expect(
    codexCalls("cd sub; codex exec a; cd /x; codex exec b", undefined).map(({ folder }) => folder),
  ).toEqual([undefined, "/x"]);
});

function described({ program, verb, prompt, folder, home, ...more }: CodexCall): string {
  const said =
    prompt.kind === "known"
      ? prompt.pieces.join("…") + (prompt.whole || prompt.pieces.length > 1 ? "" : "…")
      : undefined;
  const words = [program, verb, `<${said ?? (prompt.kind === "own" ? "own" : "?")}>`, "in", folder ?? "?"];
  if (home !== undefined) words.push("home", home);
  if (more.resumes !== undefined) words.push("resumes", more.resumes);
  for (const mark of ["ephemeral", "repeats", "detached", "elsewhere"] as const)
    if (more[mark]) words.push(mark);
  return words.join(" ");
}
