#!/usr/bin/env bash
# Plans an environment in a pipeline: bash scripts/plan.sh <environment> [<digest that was approved>]
#
# Signs in by OpenID Connect (ARM_USE_OIDC, ARM_CLIENT_ID, …), never by a secret. SETTINGS holds what environments/
# reads of the process, one NAME=value a line. Writes the plan for readers to plan.md, as much as an issue takes, and to
# the summary of the run, `changed` and `digest` to its outputs. With a digest, applies the plan if it is the one that was
# approved: the same changes to the same values, those included that readers see as "(sensitive value)".
#
# Exit codes: 0 planned, with or without changes, or applied; 1 anything failed, or the plan is another one.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/code-block.sh"

name=$1
approved=${2:-}
folder="cdktf.out/stacks/$name"
lock="environments/$name.terraform.lock.hcl"
summary=${GITHUB_STEP_SUMMARY:-/dev/null}
output=${GITHUB_OUTPUT:-/dev/null}

while IFS='=' read -r key value; do
  if [[ "$key" =~ ^[A-Z][A-Z0-9_]*$ ]]; then
    export "$key=$value"
  fi
done <<< "${SETTINGS:-}"

npm ci
npm run synth
# Providers are those that somebody has tried: without a lock file the run would take whatever is newest.
if [[ ! -f "$lock" ]]; then
  echo "::error::$lock is missing: see docs/plans.md, Versions of providers"
  exit 1
fi
cp "$lock" "$folder/.terraform.lock.hcl"
terraform -chdir="$folder" init -input=false -lockfile=readonly -no-color

code=0
terraform -chdir="$folder" plan -input=false -detailed-exitcode -no-color -out=tfplan || code=$?
if ((code == 1)); then
  exit 1
fi
terraform -chdir="$folder" show -no-color tfplan > plan.txt
digest=$(terraform -chdir="$folder" show -json tfplan | node "$(dirname "${BASH_SOURCE[0]}")/plan-digest.mjs")

# The plan as Markdown, marked where it is too long: GitHub takes 65,536 characters for an issue, 1 MiB for a summary.
markdown() {
  echo "### $name"
  echo
  if (($(wc --bytes < plan.txt) > $1)); then
    echo "**This is the beginning of the plan: the log of the run has all of it. Approve nothing that you have not read.**"
    echo
  fi
  head --bytes "$1" plan.txt | code_block
}
markdown 60000 > plan.md
markdown 1000000 >> "$summary"
{
  echo "digest=$digest"
  if ((code == 2)); then echo "changed=true"; else echo "changed=false"; fi
} >> "$output"

if [[ -n "$approved" ]]; then
  if [[ "$approved" != "$digest" ]]; then
    echo "::error::the plan is not the one that was approved: somebody changed something in between; run again"
    exit 1
  fi
  terraform -chdir="$folder" apply -input=false -no-color tfplan
fi
