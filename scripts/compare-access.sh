#!/usr/bin/env bash
# Says who may do more, or less, after a pull request: bash scripts/compare-access.sh <its stacks> [<stacks before>]
#
# Its stacks are what strangers wrote: read, never run, and nothing of them but the documents of stacks with plain names.
# Writes what is different to access.md and to the summary of the run, `worst` to its outputs: 0 if access widens nowhere,
# 3 if it widens, else the code of what could not be told.
set -euo pipefail
shopt -s nullglob
source "$(dirname "${BASH_SOURCE[0]}")/code-block.sh"

after=$1
before=${2:-cdktf.out/stacks}
report=access.md
worst=0

note() {
  printf '### %s\n\n%s\n\n' "$1" "$2" >> "$report"
}

weigh() {
  if (($1 == 3 || ($1 != 0 && worst != 3))); then worst=$1; fi
}

: > "$report"
names=()
for folder in "$before"/*/ "$after"/*/; do
  name=$(basename "$folder")
  if [[ ! "$name" =~ ^[a-z0-9-]{1,40}$ ]]; then
    note "A folder without the name of a stack" "It was not read."
    weigh 4
  elif [[ "$name" != *-state && " ${names[*]-} " != *" $name "* ]]; then
    names+=("$name")
  fi
done

for name in ${names[@]+"${names[@]}"}; do
  code=0
  document="$after/$name/cdk.tf.json"
  if [[ ! -f "$document" || -L "$document" || -L "$after/$name" ]]; then
    note "$name" "The pull request has no such stack any more, so that nothing can be told."
    code=4
  elif [[ ! -d "$before/$name" ]]; then
    note "$name" "The environment is new."
    code=3
  else
    errors=$(mktemp)
    npx tsx simulator/main.ts access --stack "$after/$name" --against "$before/$name" --format markdown \
      >> "$report" 2> "$errors" || code=$?
    echo >> "$report"
    if [[ -s "$errors" ]]; then
      code_block < "$errors" >> "$report"
      echo >> "$report"
    fi
    rm "$errors"
  fi
  echo "$name: exit code $code"
  weigh "$code"
done
if ((${#names[@]} == 0)); then
  note "No stacks" "There is nothing to compare."
  weigh 4
fi

cat "$report" >> "${GITHUB_STEP_SUMMARY:-/dev/null}"
echo "worst=$worst" >> "${GITHUB_OUTPUT:-/dev/null}"
