// Digest of what a plan would do: node plan-digest.mjs < <output of terraform show -json>
//
// Made of values, not of their text for readers, where sensitive ones are masked. Left out is what differs between two runs
// of one plan: its time, and resources that stay as they are.
import { createHash } from "node:crypto";
import process from "node:process";
import { text } from "node:stream/consumers";

/** The same text for the same value, whatever the order of its members. */
function canonical(value) {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join()}]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.keys(value).sort();
    return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`;
  }
  return JSON.stringify(value);
}

function isChange({ actions, importing }) {
  return actions.join() !== "no-op" || importing !== undefined;
}

/** @param plan as `terraform show -json` has it */
function changesOf({ resource_changes = [], output_changes = {} }) {
  return {
    resources: resource_changes.filter(
      ({ change, previous_address }) => isChange(change) || previous_address,
    ),
    outputs: Object.entries(output_changes).filter(([, change]) => isChange(change)),
  };
}

const CHANGES = canonical(changesOf(JSON.parse(await text(process.stdin))));
process.stdout.write(`${createHash("sha256").update(CHANGES).digest("hex")}\n`);
