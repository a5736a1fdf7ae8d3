import { CONTRACT_OPERATIONS } from "./client-contract";

/* eslint-disable no-restricted-syntax -- bounds have the names that JSON Schema gives them */

/** A whole number from 1, with what it limits. */
const count = (description: string) => ({ type: "integer", minimum: 1, description });

const NAME = {
  type: "string",
  pattern: "^[a-z](?:[a-z0-9-]{1,38})[a-z0-9]$",
  description: "3 to 40 lower-case letters, digits or '-', starting with a letter and not ending in '-'",
};

/** Letters, marks, digits, signs and blanks of any script: nothing that ends a line or that a reader does not see. */
const SEEN = "^[^\\p{C}\\p{Zl}\\p{Zp}]*$";
/** What a client id consists of. Source: RFC 6749 appendix A.1 */
const VISIBLE_ASCII = "^[\\x20-\\x7e]*$";

/** A text of one line, since texts stand in comments and messages beside what others wrote. */
const line = (description: string, maxLength = 200, pattern = SEEN) => ({
  type: "string",
  minLength: 1,
  maxLength,
  pattern,
  description: `${description}, in one line`,
});

const CREDENTIAL_KINDS = {
  subscriptionKey: { properties: {}, required: [] as string[] },
  application: {
    properties: {
      clientId: line("the client id in tokens: that of the application registration", 200, VISIBLE_ASCII),
      authenticator: {
        type: "string",
        pattern: "^[a-z][a-z0-9-]{0,38}[a-z0-9]$",
        description: "name of the API's authenticator, where it has several for tokens",
      },
    },
    required: ["clientId"],
  },
  certificate: {
    properties: {
      name: line("the name in the certificate: common name or DNS name, as the API says", 1000),
      thumbprint: {
        type: "string",
        pattern: "^[0-9A-Fa-f]{40}$",
        description: "SHA-1 of the one certificate that counts, 40 hexadecimal digits",
      },
    },
    required: ["name"],
  },
};

const CREDENTIAL = {
  type: "object",
  description: "a credential, with its kind",
  required: ["kind"],
  discriminator: { propertyName: "kind" },
  oneOf: Object.entries(CREDENTIAL_KINDS).map(([kind, { properties, required }]) => ({
    properties: { kind: { const: kind }, ...properties },
    required: ["kind", ...required],
    additionalProperties: false,
  })),
};

const LIMITS = {
  type: "object",
  description: "what the client may use at most",
  additionalProperties: false,
  minProperties: 1,
  dependentRequired: { tokenQuota: ["tokenQuotaPeriod"], tokenQuotaPeriod: ["tokenQuota"] },
  properties: {
    requestsPerMinute: count("requests in any 60 seconds"),
    tokensPerMinute: count("prompt and completion tokens in any 60 seconds"),
    reservedTokensPerMinute: count("tokens that requests may reserve in any 60 seconds"),
    requestsPerMinutePerUser: count("requests of one user in any 60 seconds"),
    tokensPerMinutePerUser: count("tokens of one user in any 60 seconds"),
    tokenQuota: count("tokens in a period"),
    tokenQuotaPeriod: {
      enum: ["Hourly", "Daily", "Weekly", "Monthly", "Yearly"],
      description: "period after which the quota is full again",
    },
  },
};

const TERMS = {
  type: "object",
  description: "what holds in one environment",
  additionalProperties: false,
  required: ["api", "credentials"],
  properties: {
    api: { ...NAME, description: `name of the API: ${NAME.description}` },
    credentials: {
      type: "array",
      minItems: 1,
      uniqueItems: true,
      items: CREDENTIAL,
      description: "what identifies the client, without anything secret",
    },
    operations: {
      type: "array",
      minItems: 1,
      uniqueItems: true,
      items: { enum: CONTRACT_OPERATIONS, description: "an operation group" },
      description: "operation groups; left out: all that the API publishes",
    },
    models: {
      type: "array",
      minItems: 1,
      uniqueItems: true,
      items: {
        type: "string",
        pattern: "^[A-Za-z0-9._-]{2,64}$",
        description: "name of a model deployment: 2 to 64 letters, digits, '.', '_' or '-'",
      },
      description: "model deployments; left out: all that the API serves",
    },
    limits: LIMITS,
    budget: {
      type: "object",
      description: "money for a calendar month",
      additionalProperties: false,
      required: ["monthlyAmount"],
      properties: {
        monthlyAmount: {
          type: "number",
          exclusiveMinimum: 0,
          description: "amount in the currency of the price list",
        },
        atLimit: {
          enum: ["alert", "cutOff"],
          description:
            "what happens when it is used up: alert tells whoever watches costs, cutOff refuses requests until the month is over",
        },
        monthlyAmountPerUser: {
          type: "number",
          exclusiveMinimum: 0,
          description: "amount of each user that a token names, after which that user's requests are refused",
        },
      },
    },
    expires: {
      type: "string",
      format: "date",
      description: "last day of access, YYYY-MM-DD, in UTC",
    },
    suspended: { type: "boolean", description: "true while the client is locked out" },
  },
};

/**
 * JSON schema of `contracts/<client>.json`, for editors and for {@link readContracts}. Write it beside the contracts, and
 * name it in each as `$schema`.
 */
export const CONTRACT_SCHEMA = {
  $schema: "https://json-schema.org/draft/2019-09/schema",
  title: "Contract of a client of the AI gateway",
  type: "object",
  additionalProperties: false,
  required: ["client", "owner", "costCentre", "environments"],
  properties: {
    $schema: line("where this schema is, for editors", 1000),
    client: { ...NAME, description: `name of the client, that of the file: ${NAME.description}` },
    owner: {
      type: "object",
      description: "who answers for the client",
      additionalProperties: false,
      required: ["team", "email"],
      properties: {
        team: line("name of the team", 100),
        email: {
          type: "string",
          // RFC 5322 atoms without the grave accent, RFC 5321 length.
          maxLength: 254,
          pattern: "^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+$",
          description: "a mail address that is read",
        },
      },
    },
    costCentre: {
      type: "string",
      pattern: "^[A-Za-z0-9._-]{1,40}$",
      description: "who pays: 1 to 40 letters, digits, '.', '_' or '-'",
    },
    environments: {
      type: "object",
      minProperties: 1,
      propertyNames: {
        pattern: "^[a-z0-9]{2,8}$",
        description: "name of an environment: 2 to 8 lower-case letters or digits",
      },
      additionalProperties: TERMS,
      description: "what holds where, by name of the environment",
    },
  },
} as const;
