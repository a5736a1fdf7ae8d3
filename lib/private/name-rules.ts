import type { NameRule } from "../validation";

/**
 * Name rules of the resources this library makes: the stricter of what azurerm checks and what Azure accepts.
 *
 * Source: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
 */
export const NAME_RULES = {
  resourceGroup: {
    pattern: /^[-\w._()]{0,89}[-\w_()]$/,
    words: "1 to 90 letters, digits or -_.() without a final '.'",
  },
  userAssignedIdentity: {
    pattern: /^[a-zA-Z0-9][a-zA-Z0-9_-]{2,127}$/,
    words: "3 to 128 letters, digits, '-' or '_', starting with a letter or digit",
  },
  federatedCredential: {
    pattern: /^[a-zA-Z0-9][a-zA-Z0-9_-]{2,119}$/,
    words: "3 to 120 letters, digits, '-' or '_', starting with a letter or digit",
  },
  cognitiveAccount: {
    pattern: /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,62}[a-zA-Z0-9])$/,
    words: "2 to 64 letters, digits or '-', with a letter or digit at both ends",
  },
  customSubdomain: {
    pattern: /^[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$/,
    words: "2 to 64 lower-case letters, digits or '-', with a letter or digit at both ends",
  },
  modelDeployment: {
    pattern: /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}[a-zA-Z0-9]$/,
    words: "2 to 64 letters, digits, '-', '_' or '.', with a letter or digit at both ends",
  },
  keyVault: {
    pattern: /^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/,
    words: "3 to 24 letters, digits or single '-', starting with a letter",
  },
  keyVaultItem: { pattern: /^[0-9a-zA-Z-]{1,127}$/, words: "1 to 127 letters, digits or '-'" },
  apiManagement: {
    pattern: /^[a-zA-Z](?:[a-zA-Z0-9-]{0,48}[a-zA-Z0-9])?$/,
    words: "1 to 50 letters, digits or '-', starting with a letter",
  },
  apiManagementChild: {
    pattern: /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,78}[a-zA-Z0-9])?$/,
    words: "1 to 80 letters, digits or '-', with a letter or digit at both ends",
  },
  apiPath: {
    pattern: /^[\w][\w-]*(?:\/[\w][\w-]*)*$/,
    words: "segments of letters, digits, '-' or '_' separated by '/', without a leading or trailing '/'",
  },
  namedValue: { pattern: /^[0-9a-zA-Z_.-]{1,256}$/, words: "1 to 256 letters, digits, '-', '_' or '.'" },
  alertRule: {
    pattern: /^[^*#&+:<>?@%{}\\/]{0,259}[^*#&+:<>?@%{}\\/. ]$/,
    words: "1 to 260 characters without *#&+:<>?@%{}\\/, not ending in '.' or a blank",
  },
  managedRedis: {
    pattern: /^(?!.*--)[A-Za-z0-9][A-Za-z0-9-]{1,58}[A-Za-z0-9]$/,
    words: "3 to 60 letters, digits or single '-', with a letter or digit at both ends",
  },
  logAnalyticsWorkspace: {
    pattern: /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/,
    words: "4 to 63 letters, digits or '-', with a letter or digit at both ends",
  },
  storageAccount: { pattern: /^[a-z0-9]{3,24}$/, words: "3 to 24 lower-case letters or digits" },
  storageContainer: {
    pattern: /^[a-z0-9](?:[a-z0-9]|-(?!-)){1,61}[a-z0-9]$/,
    words: "3 to 63 lower-case letters, digits or single '-', with a letter or digit at both ends",
  },
  serviceBusNamespace: {
    pattern: /^(?!.*-(?:sb|mgmt)$)[a-zA-Z][a-zA-Z0-9-]{4,48}[a-zA-Z0-9]$/,
    words: "6 to 50 letters, digits or '-', starting with a letter, not ending in '-', '-sb' or '-mgmt'",
  },
  serviceBusQueue: {
    pattern: /^[a-z0-9](?:[a-z0-9._-]{0,258}[a-z0-9])?$/,
    words: "1 to 260 lower-case letters, digits or ._-, with a letter or digit at both ends",
  },
  containerApp: {
    pattern: /^(?!.*--)[a-z][a-z0-9-]{0,30}[a-z0-9]$/,
    words: "2 to 32 lower-case letters, digits or single '-', starting with a letter and not ending in '-'",
  },
  containerAppsEnvironment: {
    pattern: /^[a-zA-Z](?:[a-zA-Z0-9-]{0,58}[a-zA-Z0-9])?$/,
    words: "1 to 60 letters, digits or '-', starting with a letter and not ending in '-'",
  },
  virtualNetwork: { pattern: /^[a-zA-Z0-9][\w.-]{0,62}\w$/, words: "2 to 64 letters, digits or -_." },
  subnet: { pattern: /^[a-zA-Z0-9](?:[\w.-]{0,78}\w)?$/, words: "1 to 80 letters, digits or -_." },
} as const satisfies Record<string, NameRule>;

/** Azure region as Terraform writes it: `westeurope`. */
export const REGION: NameRule = {
  pattern: /^[a-z]{3,}[a-z0-9]*$/,
  words: "a region in its short form, such as 'westeurope'",
};

/**
 * DNS name of a host as this library compares it: in lower case, with a domain, without wildcard (RFC
 * 1123).
 */
export const HOST_NAME: NameRule = {
  pattern: /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
  words: "a DNS name in lower case without wildcard",
};
