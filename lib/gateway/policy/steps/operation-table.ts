import {
  type CSharp,
  csharp,
  csharpJoin,
  type PolicyElement,
  PolicyExpression,
  setVariable,
} from "../../../policy";
import { variable } from "../caller";
import type { OpenAiOperation } from "../openai-operation";
import { entryField, tableEntry } from "../table-entry";

const OPERATION = "operation";

/** Traits of the operation at hand, as C# `string`s. */
const TRAITS = ["group", "shape", "body", "deploymentIn", "queryParameters"] as const;

/**
 * Looks up what the request's operation is like. An operation that the table does not have, because somebody
 * added it by hand, has no traits: {@link IS_KNOWN_OPERATION} refuses it.
 */
export function setOperation(operations: readonly OpenAiOperation[]): PolicyElement {
  const byTraits = new Map<string, OpenAiOperation[]>();
  for (const operation of operations) {
    const { group, shape, body, deploymentIn, queryParameters } = operation;
    const parameters = queryParameters.map(({ name }) => name).join(",");
    const traits = tableEntry(group, shape, body, deploymentIn, parameters);
    byTraits.set(traits, [...(byTraits.get(traits) ?? []), operation]);
  }
  const cases = [...byTraits].map(
    ([traits, same]) =>
      csharp`${csharpJoin(
        same.map(({ id }) => csharp`case ${id}:`),
        "\n",
      )} return ${traits};`,
  );
  return setVariable(
    OPERATION,
    PolicyExpression.block(csharp`
      switch (context.Operation.Id) {
        ${csharpJoin(cases, "\n")}
        default: return "";
      }
    `),
  );
}

/** C# `bool`. */
export const IS_KNOWN_OPERATION: CSharp = csharp`${variable(OPERATION)} != ""`;

/** C# `string`: a trait of the operation; query parameters are separated by commas. */
export function operationTrait(trait: (typeof TRAITS)[number]): CSharp {
  return entryField(variable(OPERATION), TRAITS.indexOf(trait));
}
