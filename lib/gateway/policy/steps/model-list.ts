import {
  type CSharp,
  csharp,
  csharpJoin,
  includeFragment,
  type PolicyElement,
  PolicyExpression,
  returnResponse,
  setHeader,
  setVariable,
  when,
} from "../../../policy";
import { CALLER, variable } from "../caller";
import type { CallerAccess, ClientTable } from "../client-table";
import type { OpenAiApiDescription } from "../openai-api-description";
import { refuseIf, verdict } from "../refusal";
import { operationTrait } from "./operation-table";

/** Names of the deployments that the caller may use, separated by commas. */
const NAMES = "modelNames";

/**
 * Answers the operations of the group `models` here: with the deployments that the caller may use, as models by the name
 * that it must call them by. An account would list every model that its region offers, by names that nobody can call.
 * What does not exist and what the caller may not use get the same answer.
 *
 * Source: https://platform.openai.com/docs/api-reference/models
 */
export function listModels(api: OpenAiApiDescription, table: ClientTable): readonly PolicyElement[] {
  if (!api.operations.some(({ group }) => group === "models")) {
    return [];
  }
  return [
    when(
      csharp`${operationTrait("group")} == "models"`,
      setVariable(NAMES, PolicyExpression.block(names(api, table))),
      ...refuseIf(
        api.refusalFragmentId,
        csharp`
          return ${WANTED} == "" || ${variable(NAMES)}.ToLowerInvariant().Split(',').Contains(${WANTED}.ToLowerInvariant())
            ? "" : ${verdict("not_found", "model-unknown")};
        `,
      ),
      includeFragment(api.auditFragmentId),
      returnResponse({
        statusCode: "200",
        headers: [
          setHeader("Content-Type", "application/json"),
          setHeader("x-request-id", PolicyExpression.of(csharp`context.RequestId.ToString()`)),
          setHeader("Cache-Control", "no-store"),
          setHeader("X-Content-Type-Options", "nosniff"),
        ],
        body: PolicyExpression.block(BODY),
      }),
    ),
  ];
}

/** C# `string`: the model that the path names, `""` for the list. */
const WANTED: CSharp = csharp`context.Request.MatchedParameters.GetValueOrDefault("model", "")`;

/** When a deployment was created is not known here, and clients need a number. */
const BODY: CSharp = csharp`
  var models = new JArray();
  foreach (var name in ${variable(NAMES)}.Split(',')) {
    if (name != "" && (${WANTED} == "" || ${WANTED}.ToLowerInvariant() == name.ToLowerInvariant())) {
      models.Add(new JObject(
        new JProperty("id", name),
        new JProperty("object", "model"),
        new JProperty("created", 0),
        new JProperty("owned_by", "azure")));
    }
  }
  return ${WANTED} == ""
    ? new JObject(new JProperty("object", "list"), new JProperty("data", models)).ToString(Formatting.None)
    : models[0].ToString(Formatting.None);
`;

function names({ deployments }: OpenAiApiDescription, { accesses }: ClientTable): CSharp {
  const allowed = ({ deployments: granted, routes }: CallerAccess): string =>
    deployments
      .map(({ name }) => name)
      .filter((name) => granted?.includes(name.toLowerCase()) ?? true)
      .filter((name) => routes?.some((route) => route.name.toLowerCase() === name.toLowerCase()) ?? true)
      .join(",");
  const everything = deployments.map(({ name }) => name).join(",");
  const cases = accesses.flatMap((access, number) =>
    allowed(access) === everything ? [] : [csharp`case ${String(number)}: return ${allowed(access)};`],
  );
  return csharp`
    switch (${variable(CALLER.access)}) {
      ${csharpJoin(cases, "\n")}
      default: return ${everything};
    }
  `;
}
