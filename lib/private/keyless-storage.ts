/**
 * Arguments of every storage account: no key, no anonymous read, no copy into another tenant, TLS 1.2.
 *
 * Source: https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent
 */
export const KEYLESS_STORAGE = {
  accountKind: "StorageV2",
  accountTier: "Standard",
  minTlsVersion: "TLS1_2",
  httpsTrafficOnlyEnabled: true,
  sharedAccessKeyEnabled: false,
  localUserEnabled: false,
  defaultToOauthAuthentication: true,
  allowNestedItemsToBePublic: false,
  crossTenantReplicationEnabled: false,
  infrastructureEncryptionEnabled: true,
} as const;
