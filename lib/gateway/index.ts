/**
 * The gateway (API Management), its APIs and clients, and their limits.
 *
 * @packageDocumentation
 */
export type { OpenAiApiRevision, RevisionStage } from "./api-revision";
export { AiGateway } from "./ai-gateway";
export type { AnswerCache, AnswerCacheOptions, ExactAnswerCache, SemanticAnswerCache } from "./answer-cache";
export type { IAiGateway, NamedValueOptions } from "./ai-gateway-base";
export type {
  AdditionalLocation,
  AiGatewayAttributes,
  AiGatewayProps,
  LimitsPerRegion,
} from "./ai-gateway-props";
export type { CircuitBreaker } from "./circuit-breaker";
export {
  ClientIdentity,
  type CertificateIdentityOptions,
  type ClientIdentityOptions,
  type ClientIdentitySettings,
} from "./client-identity";
export {
  GatewayClient,
  type ClientAccess,
  type GatewayClientOptions,
  type GatewayClientProps,
} from "./gateway-client";
export {
  GatewayAlerts,
  type GatewayAlertsProps,
  type GatewayAlertThresholds,
  type WatchedQueue,
} from "./gateway-alerts";
export type { GatewayHostName } from "./gateway-host-name";
export type {
  ApiRequirements,
  BackendUse,
  DeploymentBackend,
  EndpointBackend,
  IGatewayService,
  RouteTarget,
} from "./gateway-service";
export { GATEWAY_TIERS, GatewaySku, type GatewayTier, type GatewayTierRules } from "./gateway-sku";
export { GatewayWorkbook, type GatewayWorkbookProps } from "./gateway-workbook";
export { OpenAiApi, type OpenAiApiProps } from "./openai-api";
export type {
  CallerLimits,
  EndpointCall,
  GatewayTierFacts,
  RequestBounds,
  RequestMembers,
  TokenQuotaPeriod,
} from "./policy/openai-api-description";
export { AUDIT_MESSAGE } from "./policy/audit-record";
export type { OpenAiApiOptions } from "./openai-api-props";
export type { ApiBackend, BackendPreference, ModelEndpointBackend, OpenAiBackend } from "./openai-backend";
export { QUEUED_OPERATION_GROUPS, type QueuedOperationGroup } from "./policy/queued-operation";
export type { QueuedOperations } from "./queued-operations";
export type { SpendingSource } from "./spending-source";
export {
  SemanticCache,
  type ISemanticCache,
  type ManagedRedisSku,
  type SemanticCacheProps,
} from "./semantic-cache";
export {
  OPENAI_OPERATION_GROUPS,
  OPENAI_OPERATIONS,
  STATEFUL_OPERATION_GROUPS,
  type OpenAiOperation,
  type OpenAiOperationGroup,
  type OpenAiQueryParameter,
  type OpenAiUrlShape,
} from "./policy/openai-operation";
