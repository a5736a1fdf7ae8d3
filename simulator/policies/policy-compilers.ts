import { authenticationBasic } from "./elements/authentication-basic";
import { authenticationCertificate } from "./elements/authentication-certificate";
import { authenticationManagedIdentity } from "./elements/authentication-managed-identity";
import { azureOpenaiEmitTokenMetric } from "./elements/azure-openai-emit-token-metric";
import { azureOpenaiSemanticCacheLookup } from "./elements/azure-openai-semantic-cache-lookup";
import { azureOpenaiSemanticCacheStore } from "./elements/azure-openai-semantic-cache-store";
import { azureOpenaiTokenLimit } from "./elements/azure-openai-token-limit";
import { cacheLookup } from "./elements/cache-lookup";
import { cacheLookupValue } from "./elements/cache-lookup-value";
import { cacheRemoveValue } from "./elements/cache-remove-value";
import { cacheStore } from "./elements/cache-store";
import { cacheStoreValue } from "./elements/cache-store-value";
import { checkHeader } from "./elements/check-header";
import { choose } from "./elements/choose";
import { cors } from "./elements/cors";
import { emitMetric } from "./elements/emit-metric";
import { findAndReplace } from "./elements/find-and-replace";
import { forwardRequest } from "./elements/forward-request";
import { getAuthorizationContext } from "./elements/get-authorization-context";
import { includeFragment } from "./elements/include-fragment";
import { ipFilter } from "./elements/ip-filter";
import { jsonToXml } from "./elements/json-to-xml";
import { limitConcurrency } from "./elements/limit-concurrency";
import { llmContentSafety } from "./elements/llm-content-safety";
import { llmEmitTokenMetric } from "./elements/llm-emit-token-metric";
import { llmSemanticCacheLookup } from "./elements/llm-semantic-cache-lookup";
import { llmSemanticCacheStore } from "./elements/llm-semantic-cache-store";
import { llmTokenLimit } from "./elements/llm-token-limit";
import { logToEventhub } from "./elements/log-to-eventhub";
import { mockResponse } from "./elements/mock-response";
import { proxy } from "./elements/proxy";
import { quota } from "./elements/quota";
import { quotaByKey } from "./elements/quota-by-key";
import { rateLimit } from "./elements/rate-limit";
import { rateLimitByKey } from "./elements/rate-limit-by-key";
import { retry } from "./elements/retry";
import { returnResponse } from "./elements/return-response";
import { rewriteUri } from "./elements/rewrite-uri";
import { sendOneWayRequest } from "./elements/send-one-way-request";
import { sendRequest } from "./elements/send-request";
import { sendServiceBusMessage } from "./elements/send-service-bus-message";
import { setBackendService } from "./elements/set-backend-service";
import { setBody } from "./elements/set-body";
import { setHeader } from "./elements/set-header";
import { setMethod } from "./elements/set-method";
import { setQueryParameter } from "./elements/set-query-parameter";
import { setStatus } from "./elements/set-status";
import { setVariable } from "./elements/set-variable";
import { trace } from "./elements/trace";
import { validateAzureAdToken } from "./elements/validate-azure-ad-token";
import { validateClientCertificate } from "./elements/validate-client-certificate";
import { validateJwt } from "./elements/validate-jwt";
import { wait } from "./elements/wait";
import { xmlToJson } from "./elements/xml-to-json";
import type { PolicyCompiler } from "./policy-compiler";

/** Every policy element the simulator runs; `base` is part of the document. Alphabetical within each group. */
const compilers: readonly PolicyCompiler[] = [
  // Control flow and forwarding.
  choose,
  forwardRequest,
  includeFragment,
  limitConcurrency,
  mockResponse,
  retry,
  returnResponse,
  sendOneWayRequest,
  sendRequest,
  setBackendService,
  wait,
  // Access, limits, caching, transformation, logging.
  authenticationBasic,
  authenticationCertificate,
  authenticationManagedIdentity,
  azureOpenaiEmitTokenMetric,
  azureOpenaiSemanticCacheLookup,
  azureOpenaiSemanticCacheStore,
  azureOpenaiTokenLimit,
  cacheLookup,
  cacheLookupValue,
  cacheRemoveValue,
  cacheStore,
  cacheStoreValue,
  checkHeader,
  cors,
  emitMetric,
  findAndReplace,
  getAuthorizationContext,
  ipFilter,
  jsonToXml,
  llmContentSafety,
  llmEmitTokenMetric,
  llmSemanticCacheLookup,
  llmSemanticCacheStore,
  llmTokenLimit,
  logToEventhub,
  proxy,
  quota,
  quotaByKey,
  rateLimit,
  rateLimitByKey,
  rewriteUri,
  sendServiceBusMessage,
  setBody,
  setHeader,
  setMethod,
  setQueryParameter,
  setStatus,
  setVariable,
  trace,
  validateAzureAdToken,
  validateClientCertificate,
  validateJwt,
  xmlToJson,
];

/** Compilers by element name. */
export const POLICY_COMPILERS: ReadonlyMap<string, PolicyCompiler> = new Map(
  compilers.map((compiler) => [compiler.name, compiler]),
);
