import {
  choose,
  type ChooseBranch,
  type CSharp,
  csharp,
  csharpJoin,
  csharpStrings,
  type PolicyElement,
  PolicyExpression,
  setBackendService,
  setVariable,
} from "../../../policy";
import { CALLER, ROUTE, variable } from "../caller";
import type { ClientTable } from "../client-table";
import type { DeploymentDescription, OpenAiApiDescription } from "../openai-api-description";
import { refuseIf, verdict } from "../refusal";
import { maxOutputTokens } from "../request-bounds";
import { entryField, entryOf, tableEntry } from "../table-entry";
import { allowList } from "./authorization";
import { FORM_MODEL, IN_FORM, namesDeploymentInForm } from "./form-model";
import { operationTrait } from "./operation-table";
import { planEntry, plannedIds, planRoute } from "./planned-route";
import { BODY } from "./request-body";

/** Deployment as the request names it. */
const NAMED = "requestDeployment";
/** `<deployment>:<backend>:<retries>:<tokens of output at most>` of the constant table, `""` if the deployment is not in it. */
const ENTRY = "routeEntry";

/** Groups whose requests and responses `llm-token-limit` understands. */
const TOKEN_GROUPS = ["chat", "completions", "embeddings", "responses"];

/** C# `int`: tokens of output that a request for the deployment may ask for. */
export const MAX_OUTPUT_TOKENS: CSharp = csharp`Convert.ToInt32(${entryField(variable(ENTRY), 3)})`;

/** C# `int`: tries that the API grants where every host is worth one. */
const TRIES: CSharp = csharp`Convert.ToInt32(${entryField(variable(ENTRY), 2)}) + 1`;

/** C# `string`: the region of the gateway that serves the request, which Azure writes as `West Europe`. */
const LOCATION: CSharp = csharp`context.Deployment.Region.Replace("\u0020", "").ToLowerInvariant()`;

const DEPLOYMENT_NAME = csharp`"^[A-Za-z0-9._-]{1,64}\\z"`;

/**
 * Resolves the deployment from a constant table and refuses what is not in it. What does not exist and what
 * the caller may not use get the same answer. Afterwards {@link ROUTE} is complete.
 */
export function resolveRoute(api: OpenAiApiDescription, table: ClientTable): readonly PolicyElement[] {
  const { endpoints = [] } = api;
  const ofPlan = (first: CSharp, otherwise: CSharp): CSharp =>
    endpoints.length === 0 ? otherwise : csharp`${variable(ROUTE.plan)} != "" ? ${first} : ${otherwise}`;
  return [
    setVariable(NAMED, PolicyExpression.block(namedDeployment(api))),
    setVariable(ENTRY, PolicyExpression.block(lookup(api, table))),
    ...refuseIf(api.refusalFragmentId, deploymentChecks(table)),
    ...(endpoints.length === 0 ? [] : [planRoute(entryField(variable(ENTRY), 1), TRIES)]),
    setVariable(
      ROUTE.deployment,
      PolicyExpression.of(csharp`${entryField(variable(ENTRY), 0)}.TrimStart('-')`),
    ),
    setVariable(
      ROUTE.backend,
      PolicyExpression.of(
        ofPlan(csharp`${variable(ROUTE.plan)}.Split(',')[0]`, entryField(variable(ENTRY), 1)),
      ),
    ),
    setVariable(
      ROUTE.retries,
      PolicyExpression.of(
        ofPlan(
          csharp`${variable(ROUTE.plan)}.Split(',').Length - 1`,
          csharp`Convert.ToInt32(${entryField(variable(ENTRY), 2)})`,
        ),
      ),
    ),
    setVariable(ROUTE.timeoutSeconds, PolicyExpression.of(csharp`${api.timeoutSeconds}`)),
  ];
}

/** `<choose>` that sets the backend of the route by a literal id. */
export function setBackend(backendIds: readonly string[]): PolicyElement {
  const [first, ...others] = [...new Set(backendIds)].sort();
  if (first === undefined) {
    throw new Error("a route needs a backend");
  }
  const branch = (id: string): ChooseBranch => ({
    condition: csharp`${variable(ROUTE.backend)} == ${id}`,
    policies: [setBackendService(id)],
  });
  return choose([branch(first), ...others.map(branch)]);
}

/** @returns the ids of all backends and pools of an API, those of single clients included */
export function backendIds({
  deployments,
  defaultBackendId,
  clients = [],
}: OpenAiApiDescription): readonly string[] {
  const routes = clients.flatMap(({ rights }) => rights?.routes ?? []);
  const ids = [...deployments, ...routes]
    .flatMap((route) => [route, ...Object.values(route.elsewhere ?? {})])
    .flatMap(({ backendId, plan }) => (plan ? plannedIds(plan) : [backendId]));
  return [...new Set(defaultBackendId === undefined ? ids : [...ids, defaultBackendId])];
}

/**
 * Where the path names one, the service looks at no `model` of the body: Azure's own client classes send another. Bodies
 * of operations that take no deployment may name one all the same. A `model` that is not a string becomes a name that
 * no deployment has.
 */
function namedDeployment({ operations }: OpenAiApiDescription): CSharp {
  const fromPath = csharp`
    if (${operationTrait("deploymentIn")} == "path") {
      return context.Request.MatchedParameters["deployment-id"];
    }
  `;
  const fromBody = csharp`
    if (${operationTrait("body")} == "json") {
      var model = ((JObject)context.Variables[${BODY}])["model"];
      if (model != null && model.Type != JTokenType.Null) {
        return model.Type == JTokenType.String ? model.ToString() : "?";
      }
    }
  `;
  const fromForm = csharp`
    if (${IN_FORM}) {
      return ${variable(FORM_MODEL)};
    }
  `;
  const inForm = operations.some(namesDeploymentInForm);
  const inPath = operations.some(({ deploymentIn }) => deploymentIn === "path");
  const inBody = operations.some(({ deploymentIn, body }) => deploymentIn !== "path" && body === "json");
  return csharp`
    ${csharpJoin(
      [...(inPath ? [fromPath] : []), ...(inForm ? [fromForm] : []), ...(inBody ? [fromBody] : [])],
      "\n",
    )}
    return "";
  `;
}

/** C# `bool`: the operation takes no deployment, and the request names none. */
const NAMES_NO_DEPLOYMENT: CSharp = csharp`${operationTrait("deploymentIn")} == "none" && ${variable(NAMED)} == ""`;

/** Names are compared in lower case, as Azure does, and go on in one spelling. */
function lookup(api: OpenAiApiDescription, table: ClientTable): CSharp {
  const { deployments, defaultBackendId, retries } = api;
  const ofAccesses = table.accesses.flatMap(({ routes }, access) => (routes ? [{ access, routes }] : []));
  const entry = (deployment: DeploymentDescription): CSharp => {
    const { name, memberCount, elsewhere = {} } = deployment;
    const to = ({ backendId, plan }: Pick<DeploymentDescription, "backendId" | "plan">): string =>
      tableEntry(
        name,
        plan ? planEntry(plan) : backendId,
        Math.min(retries, memberCount - 1),
        maxOutputTokens(api, deployment),
      );
    return Object.entries(elsewhere).reduce<CSharp>(
      (rest, [location, there]) => csharp`${LOCATION} == ${location} ? ${to(there)} : ${rest}`,
      csharp`${to(deployment)}`,
    );
  };
  const cases = deployments.map((each) => csharp`case ${each.name.toLowerCase()}: return ${entry(each)};`);
  // A deployment that none of a client's accounts hosts must not be found in the table of the API.
  const casesOfAccesses = ofAccesses.flatMap(({ access, routes }) =>
    deployments.map(({ name }) => {
      const own = routes.find((route) => route.name.toLowerCase() === name.toLowerCase());
      return csharp`case ${tableEntry(access, name.toLowerCase())}: return ${own ? entry(own) : csharp`""`};`;
    }),
  );
  const defaultsOfAccesses = ofAccesses.map(
    ({ access, routes }) =>
      csharp`case ${String(access)}: return ${routes[0] ? withoutName(routes[0].backendId) : ""};`,
  );
  const withoutDeployment =
    defaultBackendId === undefined
      ? []
      : [
          ...switchOn(variable(CALLER.access), defaultsOfAccesses).map(
            (statement) => csharp`if (${NAMES_NO_DEPLOYMENT}) { ${statement} }`,
          ),
          csharp`if (${NAMES_NO_DEPLOYMENT}) { return ${withoutName(defaultBackendId)}; }`,
        ];
  return csharp`
    ${csharpJoin(
      [
        ...withoutDeployment,
        ...switchOn(
          entryOf(variable(CALLER.access), csharp`${variable(NAMED)}.ToLowerInvariant()`),
          casesOfAccesses,
        ),
      ],
      "\n",
    )}
    switch (${variable(NAMED)}.ToLowerInvariant()) {
      ${csharpJoin(cases, "\n")}
      default: return "";
    }
  `;
}

/** Entry of requests that name no deployment. */
function withoutName(backendId: string): string {
  return tableEntry("-", backendId, 0, 0);
}

function switchOn(value: CSharp, cases: readonly CSharp[]): readonly CSharp[] {
  return cases.length === 0 ? [] : [csharp`switch (${value}) { ${csharpJoin(cases, "\n")} }`];
}

function deploymentChecks({ accesses }: ClientTable): CSharp {
  const denied = verdict("forbidden", "deployment");
  const allowed = allowList(
    accesses.map(({ deployments }) => deployments),
    csharp`${variable(NAMED)}.ToLowerInvariant()`,
    denied,
  );
  return csharp`
    ${csharpJoin(
      [
        csharp`
          if (${NAMES_NO_DEPLOYMENT}) {
            return "";
          }
          if (!Regex.IsMatch(${variable(NAMED)}, ${DEPLOYMENT_NAME})) {
            return ${verdict("invalid_request", "deployment-name")};
          }
        `,
        csharp`
          if (${variable(ENTRY)} == "") {
            return ${denied};
          }
        `,
        allowed ?? csharp`return "";`,
      ],
      "\n",
    )}
  `;
}

/** C# `bool`: whether the operation spends tokens of a model that `llm-token-limit` understands. */
export const SPENDS_TOKENS: CSharp = csharp`${csharpStrings(TOKEN_GROUPS)}.Contains(${operationTrait("group")})`;
