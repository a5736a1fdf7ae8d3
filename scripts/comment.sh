#!/usr/bin/env bash
# Writes a file into the comment of a pull request that has a name of its own, or into a new one:
# bash scripts/comment.sh <name> <file>
#
# Of the environment: GH_TOKEN, GH_REPO and NUMBER, that of the pull request.
set -euo pipefail

marker="<!-- $1 -->"
# GitHub takes 65,536 characters.
most=60000

{
  echo "$marker"
  if (($(wc --bytes < "$2") > most)); then
    printf '**This is the beginning: the summary of the run has all of it.**\n\n'
  fi
  head --bytes "$most" "$2"
} > comment.md
comment=$(gh api "repos/$GH_REPO/issues/$NUMBER/comments" --paginate \
  --jq ".[] | select(.user.login == \"github-actions[bot]\" and (.body | startswith(\"$marker\"))) | .id" | head -1)
if [[ -n "$comment" ]]; then
  gh api --method PATCH "repos/$GH_REPO/issues/comments/$comment" --field body=@comment.md --silent
else
  gh pr comment "$NUMBER" --body-file comment.md
fi
