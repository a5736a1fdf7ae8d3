import {
  AiGateway,
  Auth,
  type AuthStrategy,
  ClientIdentity,
  type GatewayClientOptions,
  GatewaySku,
} from "../../lib";
import { AUDIENCE, BATCH_APP, EMBEDDINGS, TENANT, WEB_APP } from "../lib/gateway/gateway-stack";
import { type BadInput, refusesAtOnce } from "./refusals";

const TOKEN = Auth.entraId({ tenantId: TENANT, audiences: [AUDIENCE] });
const OKTA = Auth.oidc({ name: "okta", issuer: "https://contoso.okta.com", audiences: ["api://ai"] });
const WEB = ClientIdentity.application(WEB_APP);

/** A client of an API that has one already: `first`, which is the application `WEB_APP`. */
function client(
  options: Partial<GatewayClientOptions>,
  { name = "second", auth = TOKEN }: { name?: string; auth?: AuthStrategy } = {},
): BadInput["when"] {
  return (stage) => {
    const gateway = stage.gateway();
    const api = stage.api(gateway, { auth });
    gateway.addClient("first", {
      api,
      identifiedBy: [ClientIdentity.application(WEB_APP, { authenticator: "entra" })],
    });
    return () =>
      gateway.addClient(name, { api, identifiedBy: [ClientIdentity.application(BATCH_APP)], ...options });
  };
}

const AT_ONCE: readonly BadInput[] = [
  {
    input: "a name that is taken",
    when: client({}, { name: "first" }),
    says: [
      '[prod/gateway] names of clients must be unique on a gateway, got "first": use client.allow() to ' +
        "let a client use a further API",
    ],
  },
  {
    input: "a name in capitals",
    when: client({}, { name: "Claims" }),
    says: [
      "[prod/gateway/client-Claims] name must be a literal of 3 to 40 lower-case letters, digits or " +
        "'-', starting with a letter and not ending in '-', got \"Claims\": shorten or change it",
    ],
  },
  {
    input: "a name of 41 characters",
    when: client({}, { name: "a".repeat(41) }),
    says: [
      "[prod/gateway/client-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa] name must be a literal of 3 to " +
        "40 lower-case letters, digits or '-', starting with a letter and not ending in '-', got " +
        '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": shorten or change it',
    ],
  },
  {
    input: "no identity",
    when: client({ identifiedBy: [] }),
    says: [
      "[prod/gateway/client-second] identifiedBy must not be empty: say how the client is recognized: " +
        "ClientIdentity.application(…)",
    ],
  },
  {
    input: "an empty identity",
    when: client({ identifiedBy: [ClientIdentity.application(" ")] }),
    says: [
      '[prod/gateway/client-second] an identity must not be empty, got " ": give the client id, or the ' +
        "name in the certificate",
    ],
  },
  {
    input: "another client's identity",
    when: client({ identifiedBy: [WEB] }),
    says: [
      "[prod/gateway/client-second] an identity belongs to one client of API 'claims', and this one is " +
        "of 'first', got \"entra: 22222222-2222-4222-8222-222222222222\": give each client a credential of " +
        "its own, or make them one client",
    ],
  },
  {
    input: "a key on an API without keys",
    when: client({ identifiedBy: [ClientIdentity.subscriptionKey()] }),
    says: [
      "[prod/gateway/client-second] a subscription key identity must be of an authenticator of the API " +
        'that takes such credentials, got ["entra"]: add one to the API',
    ],
  },
  {
    input: "a certificate on an API without certificates",
    when: client({ identifiedBy: [ClientIdentity.certificate("CN=claims")] }),
    says: [
      "[prod/gateway/client-second] a client certificate identity must be of an authenticator of the " +
        'API that takes such credentials, got ["entra"]: add one to the API',
    ],
  },
  {
    input: "an application that either of two authenticators could mean",
    when: client({}, { auth: Auth.anyOf(TOKEN, OKTA) }),
    says: [
      "[prod/gateway/client-second] a token identity must say which authenticator verifies it, got " +
        '["entra","okta"]: set authenticator to one of these names',
    ],
  },
  {
    input: "an authenticator that the API does not have",
    when: client({ identifiedBy: [ClientIdentity.application(BATCH_APP, { authenticator: "auth0" })] }),
    says: [
      "[prod/gateway/client-second] a token identity must be of an authenticator of the API that takes " +
        'such credentials, got "auth0": name entra',
    ],
  },
  {
    input: "one of two credentials that must come together",
    when: (stage) => {
      const gateway = stage.gateway();
      const api = stage.api(gateway, { auth: Auth.allOf(TOKEN, Auth.subscriptionKey()) });
      return () => gateway.addClient("web", { api, identifiedBy: [WEB] });
    },
    says: [
      "[prod/gateway/client-web] client 'web' must be able to get in to API 'claims' with its " +
        'identities, got ["entra"]: give it an identity for every credential of one accepted combination',
    ],
  },
  {
    input: "an operation that the API does not publish",
    when: client({ operations: ["images"] }),
    says: [
      "[prod/gateway/client-second] operations must be offered by API 'claims': chat, embeddings, got " +
        '"images": remove it, or publish it on the API',
    ],
  },
  {
    input: "a deployment that the API does not serve",
    when: client({ deployments: ["gpt-5"] }),
    says: [
      "[prod/gateway/client-second] deployments must be served by API 'claims': chat, got \"gpt-5\": " +
        "remove it, or add it to the API",
    ],
  },
  {
    input: "accounts of its own that the API does not have, twice",
    when: (stage) => {
      const gateway = stage.gateway();
      const api = stage.api(gateway, { auth: TOKEN });
      const account = stage.account("swe");
      return () =>
        gateway.addClient("web", {
          api,
          identifiedBy: [WEB],
          backends: [account, { account, priority: 101 }],
        });
    },
    says: [
      '[prod/gateway/client-web] an account must be given once, got "https://oai-swe.openai.azure.com/openai": ' +
        "merge the two entries: weight says how much it gets",
      "[prod/gateway/client-web] priority of swe must be a whole number from 0 to 100, got 101: use a number " +
        "in that range, or leave it out",
      "[prod/gateway/client-web] backends of client 'web' must be accounts of API 'claims', got " +
        '"https://oai-swe.openai.azure.com/openai": add the account to the backends of the API, or remove it here',
    ],
  },
  {
    input: "no account of its own",
    when: client({ backends: [] }),
    says: ["[prod/gateway/client-second] backends must not be empty: give at least one account"],
  },
  {
    input: "a deployment that none of its own accounts hosts",
    when: (stage) => {
      const gateway = stage.gateway();
      const [small, large] = [stage.account("weu"), stage.account("swe")];
      large.addDeployment("embeddings", EMBEDDINGS);
      const api = stage.api(gateway, { auth: TOKEN, backends: [small, large] });
      return () =>
        gateway.addClient("web", {
          api,
          identifiedBy: [WEB],
          deployments: ["chat", "embeddings"],
          backends: [small],
        });
    },
    says: [
      "[prod/gateway/client-web] backends of client 'web' must host the deployments that it may use, got " +
        '["embeddings"]: add an account that hosts them, or take them from the client\'s deployments',
    ],
  },
  {
    input: "a negative limit",
    when: client({ tokensPerMinute: -1 }),
    says: [
      "[prod/gateway/client-second] tokensPerMinute must be a whole number above 0, got -1: give the " +
        "number that one caller may use, or leave it out",
    ],
  },
  {
    input: "a period without a quota",
    when: client({ tokenQuotaPeriod: "Monthly" }),
    says: [
      '[prod/gateway/client-second] tokenQuota and tokenQuotaPeriod go together, got "Monthly": give ' +
        "both or neither",
    ],
  },
  {
    input: "an API of another gateway",
    when: (stage) => {
      const api = stage.api(stage.gateway());
      const hub = AiGateway.fromAiGatewayAttributes(stage.stack, "hub", {
        id: `/subscriptions/${TENANT}/resourceGroups/rg-hub/providers/Microsoft.ApiManagement/service/apim-hub`,
        name: "apim-hub",
        resourceGroupName: "rg-hub",
        gatewayUrl: "https://hub.contoso.com",
        sku: GatewaySku.premium(),
        identity: stage.identity,
        namePrefix: "claims",
      });
      return () => hub.addClient("web", { api, identifiedBy: [WEB] });
    },
    says: [
      '[prod/hub/client-web] a client may use APIs of its own gateway only, got "prod/gateway/claims": ' +
        "add a client to that gateway",
    ],
  },
  {
    input: "an API that the client may use already",
    when: (stage) => {
      const gateway = stage.gateway();
      const api = stage.api(gateway, { auth: TOKEN });
      const web = gateway.addClient("web", { api, identifiedBy: [WEB] });
      return () => web.allow(api);
    },
    says: [
      "[prod/gateway/client-web] client 'web' must be allowed on API 'claims' once: merge its rights " +
        "into one call",
    ],
  },
  {
    input: "an application that its authenticator does not let in",
    when: (stage) => {
      const gateway = stage.gateway();
      const auth = Auth.entraId({ tenantId: TENANT, audiences: [AUDIENCE], clientApplicationIds: [WEB_APP] });
      const api = stage.api(gateway, { auth });
      return () => gateway.addClient("batch", { api, identifiedBy: [ClientIdentity.application(BATCH_APP)] });
    },
    says: [
      "[prod/gateway/client-batch] client 'batch' must be an application that 'entra' lets in, got " +
        "\"33333333-3333-4333-8333-333333333333\": add it to the applications of 'entra', or leave those " +
        "out: registered clients suffice",
    ],
  },
];

describe("clients", () => {
  refusesAtOnce(AT_ONCE);
});
