import { BECAUSE, type KnownArguments } from "./known-arguments";

const MASKS: KnownArguments = { read: ["mode", "value"] };

const MESSAGE: KnownArguments = {
  read: ["headers"],
  blocks: {
    body: { read: ["bytes"] },
    dataMasking: { blocks: { headers: MASKS, queryParams: MASKS } },
  },
};

const SIDE: KnownArguments = { blocks: { request: MESSAGE, response: MESSAGE } };

const MODEL_MESSAGES: KnownArguments = {
  read: ["messages"],
  irrelevant: [["messages are logged whole", "maxSizeInBytes"]],
};

const DIAGNOSTIC: KnownArguments = {
  read: ["loggerId", "metrics", "verbosity"],
  blocks: {
    frontend: SIDE,
    backend: SIDE,
    largeLanguageModel: {
      read: ["logs"],
      blocks: { requests: MODEL_MESSAGES, responses: MODEL_MESSAGES },
    },
  },
  irrelevant: [
    [BECAUSE.observation, "alwaysLog", "httpCorrelationProtocol", "logClientIp", "operationNameFormat"],
    [BECAUSE.observation, "sampling"],
  ],
};

const BACKEND: KnownArguments = {
  read: ["type", "url", "protocol"],
  blocks: {
    tls: { read: ["validateCertificateChain", "validateCertificateName"] },
    credentials: {
      read: ["header", "query"],
      blocks: {
        authorization: { read: ["scheme", "parameter"] },
        managedIdentity: { read: ["resource", "clientId"] },
      },
    },
    circuitBreaker: {
      blocks: {
        rules: {
          read: ["name", "tripDuration", "acceptRetryAfter"],
          blocks: {
            failureCondition: {
              read: ["count", "percentage", "interval", "errorReasons"],
              blocks: { statusCodeRanges: { read: ["min", "max"] } },
            },
          },
        },
      },
    },
    pool: { blocks: { services: { read: ["id", "priority", "weight"] } } },
  },
  irrelevant: [[BECAUSE.description, "title", "description", "resourceId", "azureRegion"]],
};

/** Known arguments of the whole resource, by ARM type in lower case. */
export const AZAPI_ARGUMENTS: ReadonlyMap<string, KnownArguments> = new Map(
  Object.entries({
    "Microsoft.ApiManagement/service": resource({
      irrelevant: [
        [BECAUSE.portal, "developerPortalStatus", "legacyPortalStatus"],
        ["where callers sit is not simulated", "publicNetworkAccess"],
        ["when Azure updates a service is not simulated", "releaseChannel"],
        [
          "TLS versions and ciphers are those of the simulator, and nothing trusts its gateway",
          "customProperties",
        ],
      ],
    }),
    "Microsoft.ApiManagement/service/apis/diagnostics": resource(DIAGNOSTIC),
    "Microsoft.ApiManagement/service/apis/policies": resource({ read: ["format", "value"] }),
    "Microsoft.ApiManagement/service/backends": resource(BACKEND),
    "Microsoft.ApiManagement/service/diagnostics": resource(DIAGNOSTIC),
    "Microsoft.ApiManagement/service/loggers": resource(
      {
        read: ["loggerType"],
        irrelevant: [
          [BECAUSE.description, "description", "resourceId"],
          ["what it writes ends in the simulator's sinks", "credentials", "isBuffered"],
        ],
      },
      ["they are the credentials of a logger", "sensitive_body"],
    ),
    "Microsoft.CognitiveServices/accounts/deployments": resource({
      blocks: { model: { read: ["format", "name", "version"] } },
      irrelevant: [
        ["prompts are filtered when a test says so", "raiPolicyName"],
        ["models do not change while a simulation runs", "versionUpgradeOption"],
        ["capacity is what the deployment says", "dynamicThrottlingEnabled"],
      ],
    }),
  }).map(([type, known]) => [type.toLowerCase(), known]),
);

function resource(
  properties: KnownArguments,
  ...irrelevant: NonNullable<KnownArguments["irrelevant"]>
): KnownArguments {
  return {
    read: ["type", "name", "parent_id", "resource_id"],
    blocks: {
      body: {
        blocks: {
          properties,
          sku: {
            read: ["name", "capacity"],
            irrelevant: [["the name says it all", "family", "size", "tier"]],
          },
        },
      },
    },
    irrelevant: [
      ...irrelevant,
      [BECAUSE.description, "tags"],
      ["it tells the provider how to write, and what to read back", "schema_validation_enabled", "locks"],
      ["it tells the provider how to write, and what to read back", "response_export_values", "retry"],
      ["it tells the provider how to write, and what to read back", "update_headers"],
      [
        "it tells the provider how to write, and what to read back",
        "ignore_casing",
        "ignore_missing_property",
      ],
    ],
  };
}
