import type { PlannedReference, UnknownArgument } from "./known-after-apply";

/** Resources that a line names before it counts the rest. */
const MAX_NAMED = 3;

const IDS = /(?:^|_)(?:ids?|scope)$/;

type Assumed = PlannedReference & { readonly argument: UnknownArgument };

/**
 * Says what values that are known after apply were taken for. A plan tells what such a value refers to and not what
 * else stands in it, so each of them may be wrong: many of a kind are one line, and all ids are one.
 */
export function referenceAssumptions(references: readonly PlannedReference[]): readonly string[] {
  const told = references.filter((reference): reference is Assumed => reference.argument !== undefined);
  const isId = ({ argument }: Assumed): boolean => IDS.test(argument.name);
  const ids = grouped(told.filter(isId)).map((group) => {
    const count = group.length === 1 ? "" : ` (${group.length} times)`;
    return `'${group[0].argument.name}' is ${target(group)}${count}`;
  });
  return [
    ...(ids.length === 0
      ? []
      : [
          "ids that are known after apply are exactly what they refer to (a plan does not tell if more stands in " +
            `them): ${ids.join("; ")}`,
        ]),
    ...grouped(told.filter((reference) => !isId(reference))).map(
      (group) =>
        `${namedResources(group.map(({ argument }) => argument.address))}: '${group[0].argument.name}' is known ` +
        `after apply; taken for exactly ${target(group)} (a plan does not tell if more stands in it)`,
    ),
  ];
}

/** Says which resources have names that are made up. */
export function nameAssumptions(addresses: readonly string[]): readonly string[] {
  return addresses.length === 0
    ? []
    : [`names that are known after apply are made up: ${namedResources(addresses)}`];
}

type Group = readonly [Assumed, ...Assumed[]];

/** By argument and attribute, whichever instances have them. */
function grouped(references: readonly Assumed[]): readonly Group[] {
  const groups = new Map<string, [Assumed, ...Assumed[]]>();
  for (const reference of references) {
    const { argument, end = "" } = reference;
    const others = (argument.others ?? []).join(", ");
    const key = [argument.name, anyInstance(reference.address), reference.text, end, others].join("\n");
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [reference]);
    } else {
      group.push(reference);
    }
  }
  return [...groups.values()];
}

function target(group: Group): string {
  const [{ address, text, end, argument }] = group;
  const isOne = group.every((reference) => reference.address === address);
  const { others = [] } = argument;
  return (
    `${isOne ? address : anyInstance(address)}.${text}` +
    `${end === undefined ? "" : ` without its '${end}'`}` +
    `${others.length === 0 ? "" : `, without ${others.join(", ")}`}`
  );
}

function anyInstance(address: string): string {
  return address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, "[…]");
}

function namedResources(addresses: readonly string[]): string {
  const all = [...new Set(addresses)];
  const rest = all.length - MAX_NAMED;
  return `${all.slice(0, MAX_NAMED).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
