import { NAME_RULES } from "../private";
import type { Problems, SecurityOptOuts } from "../validation";
import { MAX_POOL_MEMBERS } from "./backend-pool";
import { checkCallerLimits } from "./caller-limits";
import { type DeploymentRoute, hostedDeployment, isHosted } from "./deployment-route";
import type { GatewaySku, GatewayTierRules } from "./gateway-sku";
import type { OpenAiApiOptions } from "./openai-api-props";
import type { ApiBackends, ModelEndpointBackend } from "./openai-backend";
import { V1_API_VERSIONS } from "./policy/api-version";
import type { CallerLimits, RequestBounds, RequestMembers } from "./policy/openai-api-description";
import {
  OPENAI_OPERATION_GROUPS,
  type OpenAiOperationGroup,
  STATEFUL_OPERATION_GROUPS,
} from "./policy/openai-operation";
import { bufferedBodyBytes, MAX_COUNT } from "./policy/request-bounds";
import { controlOfTool } from "./policy/tool-types";

/** Names of APIs and clients: they are part of subscription names, counter keys and log columns. */
export const API_OR_CLIENT_NAME = {
  pattern: /^[a-z][a-z0-9-]{1,38}[a-z0-9]$/,
  words: "3 to 40 lower-case letters, digits or '-', starting with a letter and not ending in '-'",
} as const;

/** Dated versions as Azure OpenAI names them, with or without `-preview`. */
const API_VERSION = /^\d{4}-\d{2}-\d{2}(-preview)?$/;
const RESPONSE_STORES: readonly string[] = ["omitted-is-false", "always-false", "must-be-false"];

/** Groups of operations that Azure has switched off. */
const ENDED_GROUPS: readonly string[] = ["assistants", "threads"];

/** Reports names, versions and numbers that are not ones an API can have. */
export function checkApiValues(name: string, options: OpenAiApiOptions, problems: Problems): void {
  problems.checkLiteral(name, API_OR_CLIENT_NAME.pattern, {
    rule: `name must be a literal of ${API_OR_CLIENT_NAME.words}`,
    remedy: "shorten or change the construct id, or set name",
  });
  if (options.trustBoundary !== undefined) {
    problems.checkLiteral(options.trustBoundary, API_OR_CLIENT_NAME.pattern, {
      rule: `trustBoundary must be a literal of ${API_OR_CLIENT_NAME.words}`,
      remedy: "use the name of the API to share backends with, or leave it out to share none",
    });
  }
  problems.checkLiteral(options.path, NAME_RULES.apiPath.pattern, {
    rule: `path must be a literal: ${NAME_RULES.apiPath.words}`,
    remedy: "write it as in 'claims' or 'teams/claims'",
  });
  problems.check(!/(^|\/)openai(\/|$)/i.test(options.path), {
    rule: "path must not contain the segment 'openai'",
    value: options.path,
    remedy: "leave it out: it is added, and clients add it themselves",
  });
  for (const version of options.apiVersions ?? []) {
    problems.check(API_VERSION.test(version), {
      rule: "apiVersions must be dated versions, such as 2024-10-21",
      value: version,
      remedy: "use v1ApiVersions for versions of the v1 shape",
    });
  }
  for (const version of options.v1ApiVersions ?? []) {
    problems.check(V1_API_VERSIONS.includes(version), {
      rule: `v1ApiVersions must be of ${V1_API_VERSIONS.join(", ")}`,
      value: version,
      remedy: "use apiVersions for dated versions",
    });
  }
  problems.check(options.urlShapes === undefined || options.urlShapes.length > 0, {
    rule: "urlShapes must not be empty",
    remedy: "leave it out to publish both shapes",
  });
  problems.check(options.apiVersions === undefined || options.apiVersions.length > 0, {
    rule: "apiVersions must not be empty",
    remedy: 'leave it out, or set urlShapes: ["v1"] to publish no dated operation',
  });
  const { unregisteredCallers = "refuse" } = options;
  problems.check(["refuse", "allow"].includes(unregisteredCallers), {
    rule: "unregisteredCallers must be refuse or allow",
    value: unregisteredCallers,
    remedy: "leave it out to refuse them",
  });
  checkRange("timeoutSeconds", options.timeoutSeconds, 1, 240, problems);
  checkRange("retries", options.retries, 0, 2, problems);
}

type NumberedBound = Exclude<keyof RequestBounds, "outputTokensRequired">;

/** Reports bounds on requests that the tier or the policy cannot hold. */
export function checkRequestBounds(
  bounds: RequestBounds,
  { generation }: GatewayTierRules,
  problems: Problems,
): void {
  const largest: Readonly<Record<NumberedBound, number>> = {
    maxBodyBytes: bufferedBodyBytes(generation) ?? MAX_COUNT,
    maxMultipartBytes: bufferedBodyBytes(generation) ?? MAX_COUNT,
    maxChoices: MAX_COUNT,
    maxOutputTokens: MAX_COUNT,
    maxEmbeddingInputs: MAX_COUNT,
    maxImages: MAX_COUNT,
    failuresPerMinutePerAddress: MAX_COUNT,
  };
  for (const bound of Object.keys(largest) as NumberedBound[]) {
    checkRange(bound, bounds[bound], 1, largest[bound], problems);
  }
}

/** Reports names of members that no request has, and tools that a control keeps out. */
export function checkRequestMembers(
  {
    serviceTiers = [],
    userSecurityContext = "refuse",
    toolTypes = [],
    responseStore = "omitted-is-false",
  }: RequestMembers,
  optOuts: SecurityOptOuts,
  problems: Problems,
): void {
  for (const tier of serviceTiers) {
    problems.checkPattern(tier, /^[a-z][a-z_]{0,30}$/, {
      rule: "serviceTiers must be lower-case names of tiers",
      remedy: 'write the tier as requests do, such as "priority"',
    });
  }
  problems.check(["refuse", "allow"].includes(userSecurityContext), {
    rule: "userSecurityContext must be refuse or allow",
    value: userSecurityContext,
    remedy: "leave it out to refuse it",
  });
  problems.check(RESPONSE_STORES.includes(responseStore), {
    rule: `responseStore must be one of ${RESPONSE_STORES.join(", ")}`,
    value: responseStore,
    remedy: "leave it out to have nothing stored",
  });
  for (const type of toolTypes) {
    problems.checkPattern(type, /^[a-z][a-z0-9_]{0,62}$/, {
      rule: "toolTypes must be types of tools: lower-case letters, digits and '_'",
      remedy: 'write the type as requests do, such as "local_shell"',
    });
    const control = controlOfTool(type);
    problems.check(control === undefined || optOuts.has(control), {
      rule: "the model service runs this tool itself",
      value: type,
      remedy: `leave it out, or opt out of '${control}' with the reason, which lets it in`,
    });
  }
}

/** Reports a tier that holds no API of this library. */
export function checkTier({ tier, rules }: GatewaySku, problems: Problems): void {
  problems.check(rules.generation !== "consumption", {
    rule: `no Azure OpenAI API fits into tier ${tier}: it stores policies of ${rules.policyDocumentKiB} KiB at most`,
    remedy:
      "choose another tier: GatewaySku.developer() to try things out, GatewaySku.basicV2() for production",
  });
}

/** Reports limits that cannot be counted, or that are both set and opted out of. */
export function checkApiLimits(limits: CallerLimits, optOuts: SecurityOptOuts, problems: Problems): void {
  checkCallerLimits(limits, problems);
  const kinds = [
    { name: "requestsPerMinute", control: "api-request-limits" },
    { name: "tokensPerMinute", control: "api-token-limits" },
  ] as const;
  for (const { name, control } of kinds) {
    const value = limits[name];
    problems.check(!optOuts.has(control) || value === undefined, {
      rule: `${name} has no effect with the opt-out '${control}'`,
      value,
      remedy: "remove one of the two",
    });
  }
}

function checkGroup(group: string, problems: Problems): void {
  problems.check(!ENDED_GROUPS.includes(group), {
    rule: "the Assistants API ended on 2026-08-26, and its operations with it",
    value: group,
    remedy: "leave it out, and move its callers to the Responses API: 'responses', 'stored-responses'",
  });
  problems.check(
    ENDED_GROUPS.includes(group) || (OPENAI_OPERATION_GROUPS as readonly string[]).includes(group),
    {
      rule: "operations must be groups of the catalogue",
      value: group,
      remedy: `choose from ${OPENAI_OPERATION_GROUPS.join(", ")}`,
    },
  );
}

/** Reports groups that do not exist or hold objects that all clients would share. */
export function checkOperations(
  groups: readonly OpenAiOperationGroup[],
  activeBackends: number,
  optOuts: SecurityOptOuts,
  problems: Problems,
): void {
  problems.check(groups.length > 0, {
    rule: "operations must not be empty",
    remedy: `choose from ${OPENAI_OPERATION_GROUPS.join(", ")}, or leave it out`,
  });
  for (const group of groups) {
    checkGroup(group, problems);
  }
  problems.check(!groups.includes("batches") || optOuts.has("api-batch-models"), {
    rule: "batches run models that only their input files name, so that rights to models do not hold for them",
    value: "batches",
    remedy: "leave the group out, or accept it with the opt-out 'api-batch-models'",
  });
  const stateful = groups.filter((group) => STATEFUL_OPERATION_GROUPS.includes(group));
  if (stateful.length === 0) {
    return;
  }
  problems.check(optOuts.has("api-stateful-operations"), {
    rule: "operations whose objects are shared by all clients are not published",
    value: stateful,
    remedy: "leave them out, or accept it with the opt-out 'api-stateful-operations'",
  });
  problems.check(activeBackends <= 1, {
    rule: "stateful operations need a single account: an object exists only where it was created",
    value: activeBackends,
    remedy: "publish them in an API of their own with one backend",
  });
}

/** Reports groups that a model endpoint does not speak: its requests would go to paths that it does not have. */
export function checkEndpointOperations(
  groups: readonly OpenAiOperationGroup[],
  endpoints: readonly ModelEndpointBackend[],
  problems: Problems,
): void {
  for (const { endpoint } of endpoints) {
    const spoken: readonly string[] = [...endpoint.operations, "models"];
    const unspoken = groups.filter((group) => !spoken.includes(group));
    problems.check(unspoken.length === 0, {
      rule: `model endpoint '${endpoint.node.id}' speaks ${endpoint.operations.join(", ")}`,
      value: unspoken,
      remedy: "publish these operations in an API of their own, without the endpoint among its backends",
    });
  }
}

/** Reports hosts that cannot be told apart, and numbers that a pool cannot have. */
export function checkBackends({ accounts, endpoints }: ApiBackends, problems: Problems): void {
  const count = accounts.length + endpoints.length;
  problems.check(count > 0, {
    rule: "backends must not be empty",
    remedy: "give at least one account",
  });
  problems.check(count <= MAX_POOL_MEMBERS, {
    rule: `backends must be at most ${MAX_POOL_MEMBERS}, the members of one pool`,
    value: count,
    remedy: "spread the accounts over several APIs",
  });
  checkHosts(
    "a model endpoint must be given once",
    endpoints.map(({ endpoint, ...preference }) => ({
      ...preference,
      url: endpoint.url,
      name: endpoint.node.id,
    })),
    problems,
  );
  checkHosts(
    "an account must be given once",
    accounts.map(({ account, ...preference }) => ({
      ...preference,
      url: account.openAiBaseUrl,
      name: account.node.id,
    })),
    problems,
  );
}

function checkHosts(
  rule: string,
  hosts: readonly {
    readonly url: string;
    readonly name: string;
    readonly priority?: number;
    readonly weight?: number;
  }[],
  problems: Problems,
): void {
  const urls = hosts.map(({ url }) => url);
  for (const url of new Set(urls.filter((each, index) => urls.indexOf(each) !== index))) {
    problems.add({ rule, value: url, remedy: "merge the two entries: weight says how much it gets" });
  }
  for (const { name, priority, weight } of hosts) {
    checkRange(`priority of ${name}`, priority, 0, 100, problems);
    checkRange(`weight of ${name}`, weight, 1, 100, problems);
  }
}

/** Reports deployments that nothing hosts, or that are another model on another account. */
export function checkRoutes(routes: readonly DeploymentRoute[], problems: Problems): void {
  problems.check(routes.length > 0, {
    rule: "an API must serve at least one deployment",
    remedy: "call addDeployment() on an account before the API is made",
  });
  const names = routes.map(({ deployment }) => deployment.toLowerCase());
  for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index))) {
    problems.add({
      rule: "deployments must be given once; Azure compares them without regard to case",
      value: name,
      remedy: "remove the second",
    });
  }
  for (const route of routes) {
    const { deployment, members, endpoints = [] } = route;
    const showsCertificate = endpoints.filter(({ endpoint }) => endpoint.credential.certificate);
    problems.check(showsCertificate.length <= 1, {
      rule: `deployment '${deployment}' must have one endpoint at most that takes a client certificate`,
      value: showsCertificate.map(({ endpoint }) => endpoint.node.id),
      remedy: "a request shows one certificate wherever it goes: give the others a key or an audience",
    });
    problems.check(isHosted(route), {
      rule: "deployments must be hosted by a backend",
      value: deployment,
      remedy: "call addDeployment() on an account before the API is made, or remove it",
    });
    const models = new Set(members.map(({ account }) => hostedDeployment(account, deployment)?.model));
    problems.check(models.size <= 1, {
      rule: `deployment '${deployment}' must be the same model on every account`,
      value: [...models],
      remedy: "rename one of them, or route to the accounts with the same model",
    });
  }
}

function checkRange(
  name: string,
  value: number | undefined,
  min: number,
  max: number,
  problems: Problems,
): void {
  if (value === undefined) {
    return;
  }
  problems.checkRange(value, min, max, {
    rule: `${name} must be a whole number from ${min} to ${max}`,
    remedy: "use a number in that range, or leave it out",
  });
}
