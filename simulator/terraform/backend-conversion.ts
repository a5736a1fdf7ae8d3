import type {
  ApimTier,
  BackendModel,
  CircuitBreakerModel,
  PoolMemberModel,
  SingleBackendModel,
} from "../model";
import type { ConfigurationReader } from "./configuration-reader";
import type { ServiceChildren } from "./conversion";
import type { HclObject } from "./hcl-value";
import { tryIsoDurationMs } from "./iso-duration";
import type { Resource } from "./resource";

/** Most members of a pool. */
const MAX_POOL_MEMBERS = 30;

/** Begins the title of a backend behind which the simulation stands up a server that speaks OpenAI's API. */
const OPENAI_COMPATIBLE = "OpenAI-compatible";

/** Backends of a service: single ones from azurerm or azapi, pools from azapi. */
export function convertBackends(
  service: Resource,
  children: ServiceChildren,
  tier: ApimTier,
): readonly BackendModel[] {
  const backends = [
    ...children.of(service, "azurerm_api_management_backend").map((child): BackendModel => {
      const { resource, reader } = child;
      const updated = children.updated(child, armBackend);
      const place = { address: resource.address, id: reader.string("id"), name: reader.string("name") };
      return updated?.optionalString("type") === "Pool"
        ? { ...place, pool: pool(updated) }
        : { ...place, single: updated === undefined ? singleBackend(reader) : azapiBackend(updated) };
    }),
    ...children
      .azapi(service, "Microsoft.ApiManagement/service/backends")
      .filter(({ isUpdate }) => !isUpdate)
      .map(({ address, id, name, properties }): BackendModel =>
        properties.word("type", ["Single", "Pool"], "Single") === "Pool"
          ? { address, id, name, pool: pool(properties) }
          : { address, id, name, single: azapiBackend(properties) },
      ),
  ];
  checkPools(service, backends, children);
  if (tier === "Consumption") {
    backends
      .filter(({ single }) => single?.circuitBreaker !== undefined)
      .forEach(({ address }) =>
        children.refuse(
          address,
          "circuit breakers are not available on tier Consumption; leave the rule out",
        ),
      );
  }
  return backends;
}

function singleBackend(reader: ConfigurationReader): SingleBackendModel {
  reader.word("protocol", ["http"]);
  const credentials = reader.block("credentials");
  const authorization = credentials?.block("authorization");
  const rule = reader.block("circuit_breaker_rule");
  const failure = rule?.block("failure_condition");
  return {
    url: reader.string("url"),
    openAiCompatible: reader.optionalString("title")?.startsWith(OPENAI_COMPATIBLE) === true || undefined,
    validateCertificateChain: reader.block("tls")?.boolean("validate_certificate_chain", true) ?? true,
    validateCertificateName: reader.block("tls")?.boolean("validate_certificate_name", true) ?? true,
    headers: { ...credentials?.map("header"), ...authorizationHeader(authorization) },
    query: credentials?.map("query") ?? {},
    circuitBreaker:
      rule === undefined || failure === undefined
        ? undefined
        : breaker(rule, failure, {
            interval: failure.string("interval_duration"),
            trip: rule.string("trip_duration"),
            acceptRetryAfter: rule.boolean("accept_retry_after_enabled", false),
            ranges: failure.blocks("status_code_range"),
            errorReasons: failure.strings("error_reasons"),
          }),
  };
}

/** `properties` of the object that azurerm makes. */
function armBackend(reader: ConfigurationReader): HclObject {
  const tls = reader.block("tls");
  const credentials = reader.block("credentials");
  const authorization = credentials?.block("authorization");
  const lists = (values: Readonly<Record<string, string>>): HclObject =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
  return {
    protocol: reader.value("protocol") ?? null,
    title: reader.value("title") ?? null,
    url: reader.value("url") ?? null,
    tls: {
      validateCertificateChain: tls?.value("validate_certificate_chain") ?? null,
      validateCertificateName: tls?.value("validate_certificate_name") ?? null,
    },
    credentials: {
      header: lists(credentials?.map("header") ?? {}),
      query: lists(credentials?.map("query") ?? {}),
      authorization:
        authorization === undefined
          ? null
          : {
              scheme: authorization.value("scheme") ?? null,
              parameter: authorization.value("parameter") ?? null,
            },
    },
    circuitBreaker: { rules: reader.blocks("circuit_breaker_rule").map(armRule) },
  };
}

function armRule(rule: ConfigurationReader): HclObject {
  const failure = rule.block("failure_condition");
  return {
    name: rule.value("name") ?? null,
    tripDuration: rule.value("trip_duration") ?? null,
    acceptRetryAfter: rule.value("accept_retry_after_enabled") ?? null,
    failureCondition: {
      count: failure?.value("count") ?? null,
      percentage: failure?.value("percentage") ?? null,
      interval: failure?.value("interval_duration") ?? null,
      errorReasons: failure?.value("error_reasons") ?? null,
      statusCodeRanges: failure?.value("status_code_range") ?? null,
    },
  };
}

function azapiBackend(properties: ConfigurationReader): SingleBackendModel {
  properties.word("protocol", ["http"]);
  properties.refuseArguments({ pool: "only backends of type 'Pool' have members" });
  const tls = properties.block("tls");
  const credentials = properties.block("credentials");
  const identity = credentials?.block("managedIdentity");
  const rules = properties.block("circuitBreaker")?.blocks("rules") ?? [];
  const [rule] = rules;
  if (rules.length > 1) {
    properties.refuse(`a backend takes one circuit-breaker rule, not ${rules.length}`);
  }
  const failure = rule?.block("failureCondition");
  return {
    url: properties.string("url"),
    openAiCompatible: properties.optionalString("title")?.startsWith(OPENAI_COMPATIBLE) === true || undefined,
    validateCertificateChain: tls?.boolean("validateCertificateChain", true) ?? true,
    validateCertificateName: tls?.boolean("validateCertificateName", true) ?? true,
    headers: {
      ...joined(credentials?.block("header"), credentials, "header"),
      ...authorizationHeader(credentials?.block("authorization")),
    },
    query: joined(credentials?.block("query"), credentials, "query"),
    managedIdentity:
      identity === undefined
        ? undefined
        : { resource: identity.string("resource"), clientId: identity.optionalString("clientId") },
    circuitBreaker:
      rule === undefined || failure === undefined
        ? undefined
        : breaker(rule, failure, {
            interval: failure.string("interval"),
            trip: rule.string("tripDuration"),
            acceptRetryAfter: rule.boolean("acceptRetryAfter", false),
            ranges: failure.blocks("statusCodeRanges"),
            errorReasons: failure.strings("errorReasons"),
          }),
  };
}

/** ARM maps a name to a list of values; several values of one name are comma separated on the wire. */
function joined(
  block: ConfigurationReader | undefined,
  parent: ConfigurationReader | undefined,
  name: string,
): Readonly<Record<string, string>> {
  return block === undefined
    ? {}
    : (parent?.convert(name, (value) =>
        Object.fromEntries(
          Object.entries(value as Readonly<Record<string, readonly string[]>>).map(([key, values]) => [
            key,
            [values].flat().join(","),
          ]),
        ),
      ) ?? {});
}

function authorizationHeader(block: ConfigurationReader | undefined): Readonly<Record<string, string>> {
  return block === undefined
    ? {}
    : {
        Authorization:
          `${block.optionalString("scheme") ?? ""} ${block.optionalString("parameter") ?? ""}`.trim(),
      };
}

function breaker(
  rule: ConfigurationReader,
  failure: ConfigurationReader,
  parts: {
    readonly interval: string;
    readonly trip: string;
    readonly acceptRetryAfter: boolean;
    readonly ranges: readonly ConfigurationReader[];
    readonly errorReasons: readonly string[];
  },
): CircuitBreakerModel {
  const count = failure.optionalNumber("count");
  const percentage = failure.optionalNumber("percentage");
  if ((count === undefined) === (percentage === undefined)) {
    failure.refuse("exactly one of 'count' and 'percentage' is needed");
  }
  if (parts.ranges.length === 0 && parts.errorReasons.length === 0) {
    failure.refuse("status code ranges or error reasons are needed");
  }
  return {
    name: rule.string("name"),
    count,
    percentage,
    intervalSeconds: durationSeconds(failure, parts.interval),
    tripSeconds: durationSeconds(rule, parts.trip),
    acceptRetryAfter: parts.acceptRetryAfter,
    statusCodeRanges: parts.ranges.map((range) => ({ min: range.number("min"), max: range.number("max") })),
    errorReasons: parts.errorReasons,
  };
}

function durationSeconds(reader: ConfigurationReader, text: string): number {
  const milliseconds = tryIsoDurationMs(text);
  if (milliseconds === undefined) {
    reader.refuse(`'${text}' is not an ISO 8601 duration such as PT1M`);
    return 0;
  }
  return milliseconds / 1000;
}

function pool(properties: ConfigurationReader): readonly PoolMemberModel[] {
  const ofMembers = "a pool has only members, which have their own";
  properties.refuseArguments({
    url: ofMembers,
    protocol: ofMembers,
    tls: ofMembers,
    credentials: ofMembers,
    circuitBreaker: ofMembers,
  });
  const block = properties.block("pool");
  const members = block?.blocks("services") ?? [];
  if (members.length === 0 || members.length > MAX_POOL_MEMBERS) {
    properties.refuse(`a pool has 1 to ${MAX_POOL_MEMBERS} members, not ${members.length}`);
  }
  return members.map((member) => {
    const weight = inRange(member, "weight", 0) ?? 1;
    return {
      backend: member.string("id").split("/").at(-1) ?? "",
      priority: inRange(member, "priority", 0) ?? 0,
      weight,
    };
  });
}

function inRange(reader: ConfigurationReader, name: string, min: number): number | undefined {
  const value = reader.optionalNumber(name);
  if (value !== undefined && (!Number.isInteger(value) || value < min || value > 100)) {
    reader.refuse(`'${name}' must be a whole number from ${min} to 100, not ${value}`);
  }
  return value;
}

function checkPools(service: Resource, backends: readonly BackendModel[], children: ServiceChildren): void {
  for (const { properties, name } of children.azapi(service, "Microsoft.ApiManagement/service/backends")) {
    const found = backends.find((backend) => backend.name === name && backend.pool !== undefined);
    for (const { backend } of found?.pool ?? []) {
      const member = backends.find((candidate) => candidate.name === backend);
      if (member?.single === undefined) {
        properties.refuse(
          `pool member '${backend}' is ${member === undefined ? "no backend of the service" : "a pool itself"}`,
        );
      }
    }
  }
}
