#!/bin/sh
# Whether every path that the checked-out commit changes was signed by a second model.
#   BASE    what it is compared with (default: origin/main)
#   SIGNERS path, in the base, of the file of allowed signers; empty: notes count without a signature
# Exit code 0: all signed. 1: something is not. 2: it could not be checked.
set -eu

BASE="${BASE:-origin/main}"
SIGNERS="${SIGNERS-.github/allowed_signers}"

if [ "$(git rev-parse --is-shallow-repository)" = true ]; then
  git fetch --quiet --unshallow origin
fi
git fetch --quiet origin '+refs/heads/*:refs/remotes/origin/*'
countersign notes fetch || exit 2

if [ -z "$SIGNERS" ]; then
  exec countersign audit verify HEAD --base "$BASE" --allowed-signers none
fi
# From the base: the commit that is verified must not choose who may sign it.
list="$(mktemp)"
trap 'rm -f "$list"' EXIT
git show "$BASE:$SIGNERS" >"$list" || exit 2
countersign audit verify HEAD --base "$BASE" --allowed-signers "$list"
