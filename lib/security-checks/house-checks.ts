import { literalSecurityAttributes } from "./h-01-literal-security-attributes";
import { legacyTls } from "./h-02-legacy-tls";
import { managementAccess } from "./h-03-management-access";
import { apis } from "./h-04-apis";
import { backends } from "./h-05-backends";
import { subscriptions } from "./h-06-subscriptions";
import { namedValues } from "./h-07-named-values";
import { policyLinks } from "./h-08-policy-links";
import { policyDocuments } from "./h-09-policy-documents";
import { authenticationFirst } from "./h-10-authentication-first";
import { tokenValidation } from "./h-11-token-validation";
import { managedIdentity } from "./h-12-managed-identity";
import { backendService } from "./h-13-backend-service";
import { verifiedKeys } from "./h-14-verified-keys";
import { clientCredentials } from "./h-15-client-credentials";
import { unverifiedClaims } from "./h-16-unverified-claims";
import { policyLogging } from "./h-17-policy-logging";
import { diagnostics } from "./h-18-diagnostics";
import { operations } from "./h-19-operations";
import { roleAssignments } from "./h-25-role-assignments";
import { networkRules } from "./h-26-network-rules";
import { federatedCredentials } from "./h-27-federated-credentials";
import { outputs } from "./h-28-outputs";
import { templateSequences } from "./h-29-template-sequences";
import { redis } from "./h-30-redis";
import { certificateEncodings } from "./h-31-certificate-encodings";
import { dataZones } from "./h-32-data-zones";
import { modelFormats } from "./h-33-model-formats";
import { closedStorage } from "./h-34-closed-storage";
import { names } from "./h-35-names";
import { deprecatedArguments } from "./h-36-deprecated-arguments";
import { createBeforeDestroy } from "./h-37-create-before-destroy";
import { policyLiterals } from "./h-38-policy-literals";
import { policyDigests } from "./h-39-policy-digests";
import { upgradedAccounts } from "./h-40-upgraded-accounts";
import { auditRecords } from "./h-41-audit-records";
import { negotiatedCertificates } from "./h-42-negotiated-certificates";
import { retiredModels } from "./h-43-retired-models";
import { apiVersions } from "./h-44-api-versions";
import { endedOperations } from "./h-45-ended-operations";
import { endpointCredentials } from "./h-46-endpoint-credentials";
import { sharedFates } from "./h-47-shared-fates";
import { endpointAddressing } from "./h-48-endpoint-addressing";
import { poolMembers } from "./h-49-pool-members";
import { callerCaches } from "./h-50-caller-caches";
import { forwardedHeaders } from "./h-51-forwarded-headers";
import { networkReach } from "./h-52-network-reach";
import { lateCaches } from "./h-53-late-caches";
import { auditTrail } from "./h-54-audit-trail";
import { contentFilters } from "./h-55-content-filters";
import { pinnedModels } from "./h-56-pinned-models";
import { entraRegistrations } from "./h-57-entra-registrations";
import { vaultReaders } from "./h-58-vault-readers";
import { subnetEgress } from "./h-59-subnet-egress";
import { openBreakers } from "./h-60-open-breakers";
import { keptResources } from "./h-61-kept-resources";
import { settledPlans } from "./h-62-settled-plans";
import { watchedResources } from "./h-63-watched-resources";
import { serverCertificates } from "./h-64-server-certificates";
import { gatewayNetwork } from "./h-65-gateway-network";
import { clientApplications } from "./h-66-client-applications";
import { privateTelemetry } from "./h-67-private-telemetry";
import { queueWorkers } from "./h-68-queue-workers";
import { policyCalls } from "./h-69-policy-calls";
import { keptResults } from "./h-70-kept-results";
import type { HouseCheck } from "./house-check";
import { privateEndpoints } from "./private-endpoints";

export const HOUSE_CHECKS: readonly HouseCheck[] = [
  literalSecurityAttributes,
  legacyTls,
  managementAccess,
  apis,
  backends,
  subscriptions,
  namedValues,
  policyLinks,
  policyDocuments,
  authenticationFirst,
  tokenValidation,
  managedIdentity,
  backendService,
  verifiedKeys,
  clientCredentials,
  unverifiedClaims,
  policyLogging,
  diagnostics,
  operations,
  ...privateEndpoints,
  roleAssignments,
  networkRules,
  federatedCredentials,
  outputs,
  templateSequences,
  redis,
  certificateEncodings,
  dataZones,
  modelFormats,
  closedStorage,
  names,
  deprecatedArguments,
  createBeforeDestroy,
  policyLiterals,
  policyDigests,
  upgradedAccounts,
  auditRecords,
  negotiatedCertificates,
  retiredModels,
  apiVersions,
  endedOperations,
  endpointCredentials,
  sharedFates,
  endpointAddressing,
  poolMembers,
  callerCaches,
  forwardedHeaders,
  networkReach,
  lateCaches,
  auditTrail,
  contentFilters,
  pinnedModels,
  entraRegistrations,
  vaultReaders,
  subnetEgress,
  openBreakers,
  keptResources,
  settledPlans,
  watchedResources,
  serverCertificates,
  gatewayNetwork,
  clientApplications,
  privateTelemetry,
  queueWorkers,
  policyCalls,
  keptResults,
];
