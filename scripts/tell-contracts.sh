#!/usr/bin/env bash
# Says in words what a change of contracts does: bash scripts/tell-contracts.sh <its contracts> [<contracts before>]
#
# Its contracts are what strangers wrote: read, never run, and nothing of them but files with names of clients. Writes
# Markdown to contracts.md and to the summary of the run, and to its outputs `code`: 0 if contracts are right, 1 if one is not.
set -euo pipefail
shopt -s nullglob dotglob
source "$(dirname "${BASH_SOURCE[0]}")/code-block.sh"

after=$1
before=${2:-contracts}
report=contracts.md
# Of one contract: real ones have one or two.
most=65536

# Messages name it.
read=changed-contracts
rm -rf "$read"
mkdir "$read"
trap 'rm -rf "$read"' EXIT
: > "$report"
code=0
if [[ -L "$after" ]]; then
  printf '**The folder of contracts is a link: it was not read.**\n\n' >> "$report"
  code=1
else
  for file in "$after"/*; do
    name=$(basename "$file")
    if [[ "$name" == contract.schema.json ]]; then continue; fi
    if [[ -L "$file" || ! -f "$file" || ! "$name" =~ ^[a-z0-9-]{1,60}\.json$ ]]; then
      printf '**A file without the name of a contract, or a link: it was not read.**\n\n' >> "$report"
      code=1
    elif (($(wc --bytes < "$file") > most)); then
      printf '**%s is larger than %s bytes: it was not read.**\n\n' "$name" "$most" >> "$report"
      code=1
    else
      cp "$file" "$read/"
    fi
  done
fi

errors=$(mktemp)
npm run --silent contracts -- check --markdown --folder "$read" --against-folder "$before" \
  >> "$report" 2> "$errors" || code=1
if [[ -s "$errors" ]]; then code_block < "$errors" >> "$report"; fi
rm "$errors"

cat "$report" >> "${GITHUB_STEP_SUMMARY:-/dev/null}"
echo "code=$code" >> "${GITHUB_OUTPUT:-/dev/null}"
