import { authenticationBasic } from "./authentication-basic";
import { authenticationCertificate } from "./authentication-certificate";
import { authenticationManagedIdentity } from "./authentication-managed-identity";
import { azureOpenaiEmitTokenMetric } from "./azure-openai-emit-token-metric";
import { azureOpenaiSemanticCacheLookup } from "./azure-openai-semantic-cache-lookup";
import { azureOpenaiSemanticCacheStore } from "./azure-openai-semantic-cache-store";
import { azureOpenaiTokenLimit } from "./azure-openai-token-limit";
import { cacheLookup } from "./cache-lookup";
import { cacheLookupValue } from "./cache-lookup-value";
import { cacheRemoveValue } from "./cache-remove-value";
import { cacheStore } from "./cache-store";
import { cacheStoreValue } from "./cache-store-value";
import { checkHeader } from "./check-header";
import { choose } from "./choose";
import { cors } from "./cors";
import { emitMetric } from "./emit-metric";
import { findAndReplace } from "./find-and-replace";
import { forwardRequest } from "./forward-request";
import { includeFragment } from "./include-fragment";
import { ipFilter } from "./ip-filter";
import { jsonToXml } from "./json-to-xml";
import { limitConcurrency } from "./limit-concurrency";
import { llmContentSafety } from "./llm-content-safety";
import { llmEmitTokenMetric } from "./llm-emit-token-metric";
import { llmSemanticCacheLookup } from "./llm-semantic-cache-lookup";
import { llmSemanticCacheStore } from "./llm-semantic-cache-store";
import { llmTokenLimit } from "./llm-token-limit";
import { logToEventhub } from "./log-to-eventhub";
import { mockResponse } from "./mock-response";
import type { PolicyCompiler } from "./policy";
import { proxy } from "./proxy";
import { quota } from "./quota";
import { quotaByKey } from "./quota-by-key";
import { rateLimit } from "./rate-limit";
import { rateLimitByKey } from "./rate-limit-by-key";
import { retry } from "./retry";
import { returnResponse } from "./return-response";
import { rewriteUri } from "./rewrite-uri";
import { sendOneWayRequest } from "./send-one-way-request";
import { sendRequest } from "./send-request";
import { setBackendService } from "./set-backend-service";
import { setBody } from "./set-body";
import { setHeader } from "./set-header";
import { setMethod } from "./set-method";
import { setQueryParameter } from "./set-query-parameter";
import { setStatus } from "./set-status";
import { setVariable } from "./set-variable";
import { trace } from "./trace";
import { validateAzureAdToken } from "./validate-azure-ad-token";
import { validateClientCertificate } from "./validate-client-certificate";
import { validateJwt } from "./validate-jwt";
import { wait } from "./wait";
import { xmlToJson } from "./xml-to-json";

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
export const policyCompilers: ReadonlyMap<string, PolicyCompiler> = new Map(
  compilers.map((compiler) => [compiler.name, compiler]),
);
