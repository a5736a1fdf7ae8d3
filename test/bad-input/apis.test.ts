import {
  Auth,
  ClientIdentity,
  OpenAiAccount,
  type OpenAiApiOptions,
  type OpenAiOperationGroup,
  type OpenAiUrlShape,
} from "../../lib";
import { AUDIENCE, CHAT, ENTRA_ID, PLACE, REASON, TENANT, WEB_APP } from "../lib/gateway/gateway-stack";
import { type BadInput, refusesAtOnce, refusesAtSynthesis } from "./refusals";

/** An API of one account with those options. */
function api(options: Partial<OpenAiApiOptions>): BadInput["when"] {
  return (stage) => {
    const gateway = stage.gateway();
    const account = stage.account("weu");
    return () => stage.api(gateway, { backends: [account], ...options });
  };
}

const AT_ONCE: readonly BadInput[] = [
  {
    input: "another way to treat callers that are not clients",
    when: api({ unregisteredCallers: "deny" as "refuse" }),
    says: [
      '[prod/gateway/claims] unregisteredCallers must be refuse or allow, got "deny": leave it out to refuse them',
    ],
  },
  {
    input: "a path with a leading slash",
    when: api({ path: "/claims" }),
    says: [
      "[prod/gateway/claims] path must be a literal: segments of letters, digits, '-' or '_' separated " +
        "by '/', without a leading or trailing '/', got \"/claims\": write it as in 'claims' or " +
        "'teams/claims'",
    ],
  },
  {
    input: "a path with a parameter",
    when: api({ path: "claims/{team}" }),
    says: [
      "[prod/gateway/claims] path must be a literal: segments of letters, digits, '-' or '_' separated " +
        "by '/', without a leading or trailing '/', got \"claims/{team}\": write it as in 'claims' or " +
        "'teams/claims'",
    ],
  },
  {
    input: "a path with the segment that is added",
    when: api({ path: "claims/openai" }),
    says: [
      "[prod/gateway/claims] path must not contain the segment 'openai', got \"claims/openai\": leave it " +
        "out: it is added, and clients add it themselves",
    ],
  },
  {
    input: "a name of two characters",
    when: api({ name: "ai" }),
    says: [
      "[prod/gateway/claims] name must be a literal of 3 to 40 lower-case letters, digits or '-', " +
        "starting with a letter and not ending in '-', got \"ai\": shorten or change the construct id, or " +
        "set name",
    ],
  },
  {
    input: "a path that is taken, in other case",
    when: (stage) => {
      const gateway = stage.gateway();
      const account = stage.account("weu");
      stage.api(gateway, { backends: [account] });
      return () => gateway.addOpenAiApi("other", { auth: ENTRA_ID, backends: [account], path: "Claims" });
    },
    says: [
      '[prod/gateway/other] paths of APIs must be unique on a gateway, got "Claims/openai": choose ' +
        "another path",
    ],
  },
  {
    input: "a name that is taken",
    when: (stage) => {
      const gateway = stage.gateway();
      const account = stage.account("weu");
      stage.api(gateway, { backends: [account] });
      return () =>
        gateway.addOpenAiApi("other", { auth: ENTRA_ID, backends: [account], name: "claims", path: "other" });
    },
    says: ['[prod/gateway/other] names of APIs must be unique on a gateway, got "claims": set name'],
  },
  {
    input: "no account",
    when: api({ backends: [] }),
    says: ["[prod/gateway/claims] backends must not be empty: give at least one account"],
  },
  {
    input: "an account twice",
    when: (stage) => {
      const gateway = stage.gateway();
      const account = stage.account("weu");
      return () => stage.api(gateway, { backends: [account, { account, weight: 10 }] });
    },
    says: [
      "[prod/gateway/claims] an account must be given once, got " +
        '"https://oai-weu.openai.azure.com/openai": merge the two entries: weight says how much it gets',
    ],
  },
  {
    input: "a weight of nothing and a priority that does not exist",
    when: (stage) => {
      const gateway = stage.gateway();
      const account = stage.account("weu");
      return () => stage.api(gateway, { backends: [{ account, weight: 0, priority: 101 }] });
    },
    says: [
      "[prod/gateway/claims] priority of weu must be a whole number from 0 to 100, got 101: use a " +
        "number in that range, or leave it out",
      "[prod/gateway/claims] weight of weu must be a whole number from 1 to 100, got 0: use a number in " +
        "that range, or leave it out",
    ],
  },
  {
    input: "an account without deployments",
    when: (stage) => {
      const gateway = stage.gateway();
      const empty = new OpenAiAccount(stage.stack, "empty", { ...PLACE, name: "oai-empty" });
      return () => stage.api(gateway, { backends: [empty] });
    },
    says: [
      "[prod/gateway/claims] an API must serve at least one deployment: call addDeployment() on an " +
        "account before the API is made",
    ],
  },
  {
    input: "a deployment that no account has",
    when: api({ deployments: ["chat", "gpt-5"] }),
    says: [
      '[prod/gateway/claims] deployments must be hosted by a backend, got "gpt-5": call addDeployment() ' +
        "on an account before the API is made, or remove it",
    ],
  },
  {
    input: "a deployment twice, in other case",
    when: api({ deployments: ["chat", "Chat"] }),
    says: [
      "[prod/gateway/claims] deployments must be given once; Azure compares them without regard to " +
        'case, got "chat": remove the second',
    ],
  },
  {
    input: "a deployment that is another model on another account",
    when: (stage) => {
      const gateway = stage.gateway();
      const weu = stage.account("weu");
      const sdc = new OpenAiAccount(stage.stack, "sdc", { ...PLACE, name: "oai-sdc" });
      sdc.addDeployment("chat", { ...CHAT, model: "gpt-5.5" });
      return () => stage.api(gateway, { backends: [weu, sdc] });
    },
    says: [
      "[prod/gateway/claims] deployment 'chat' must be the same model on every account, got " +
        '["gpt-5.4","gpt-5.5"]: rename one of them, or route to the accounts with the same model',
    ],
  },
  {
    input: "no operation",
    when: api({ operations: [] }),
    says: [
      "[prod/gateway/claims] operations must not be empty: choose from chat, completions, embeddings, " +
        "images, audio, responses, stored-responses, models, files, batches, vector-stores, or leave it out",
    ],
  },
  {
    input: "an operation that does not exist",
    when: api({ operations: ["chats" as OpenAiOperationGroup] }),
    says: [
      '[prod/gateway/claims] operations must be groups of the catalogue, got "chats": choose from chat, ' +
        "completions, embeddings, images, audio, responses, stored-responses, models, files, batches, " +
        "vector-stores",
    ],
  },
  {
    input: "operations of the Assistants API, which ended",
    when: api({
      operations: ["chat", "assistants" as OpenAiOperationGroup, "threads" as OpenAiOperationGroup],
    }),
    says: ["assistants", "threads"].map(
      (group) =>
        `[prod/gateway/claims] the Assistants API ended on 2026-08-26, and its operations with it, got "${group}": ` +
        "leave it out, and move its callers to the Responses API: 'responses', 'stored-responses'",
    ),
  },
  {
    input: "operations whose objects all clients share",
    when: api({ operations: ["chat", "files"] }),
    says: [
      "[prod/gateway/claims] operations whose objects are shared by all clients are not published, got " +
        "[\"files\"]: leave them out, or accept it with the opt-out 'api-stateful-operations'",
    ],
  },
  {
    input: "stored objects behind two accounts",
    when: (stage) => {
      const gateway = stage.gateway();
      const accounts = [stage.account("weu"), stage.account("sdc")];
      return () =>
        stage.api(gateway, {
          backends: accounts,
          operations: ["files"],
          securityOptOuts: [{ control: "api-stateful-operations", reason: REASON }],
        });
    },
    says: [
      "[prod/gateway/claims] stateful operations need a single account: an object exists only where it " +
        "was created, got 2: publish them in an API of their own with one backend",
    ],
  },
  {
    input: "operations that no URL shape has",
    when: api({ operations: ["images"], urlShapes: ["v2" as OpenAiUrlShape] }),
    says: [
      "[prod/gateway/claims] operations and urlShapes must leave something to publish, got " +
        '{"operations":["images"],"urlShapes":["v2"]}: add the URL shape in which these operations exist',
    ],
  },
  {
    input: "an API version that is not a date",
    when: api({ apiVersions: ["latest"] }),
    says: [
      '[prod/gateway/claims] apiVersions must be dated versions, such as 2024-10-21, got "latest": use ' +
        "v1ApiVersions for versions of the v1 shape",
    ],
  },
  {
    input: "more retries than there is time for",
    when: api({ retries: 5 }),
    says: [
      "[prod/gateway/claims] retries must be a whole number from 0 to 2, got 5: use a number in that " +
        "range, or leave it out",
    ],
  },
  {
    input: "a longer wait than API Management has",
    when: api({ timeoutSeconds: 600 }),
    says: [
      "[prod/gateway/claims] timeoutSeconds must be a whole number from 1 to 240, got 600: use a number " +
        "in that range, or leave it out",
    ],
  },
  {
    input: "a limit of half a request",
    when: api({ requestsPerMinute: 0.5 }),
    says: [
      "[prod/gateway/claims] requestsPerMinute must be a whole number above 0, got 0.5: give the number " +
        "that one caller may use, or leave it out",
    ],
  },
  {
    input: "a limit of no tokens",
    when: api({ tokensPerMinute: 0 }),
    says: [
      "[prod/gateway/claims] tokensPerMinute must be a whole number above 0, got 0: give the number " +
        "that one caller may use, or leave it out",
    ],
  },
  {
    input: "a quota without a period",
    when: api({ tokenQuota: 1000 }),
    says: [
      "[prod/gateway/claims] tokenQuota and tokenQuotaPeriod go together, got 1000: give both or " +
        "neither",
    ],
  },
  {
    input: "a limit and the opt-out from it",
    when: api({ tokensPerMinute: 1000, securityOptOuts: [{ control: "api-token-limits", reason: REASON }] }),
    says: [
      "[prod/gateway/claims] tokensPerMinute has no effect with the opt-out 'api-token-limits', got " +
        "1000: remove one of the two",
    ],
  },
  {
    input: "a model of another publisher on an account of kind OpenAI",
    when: (stage) => {
      const account = stage.account("weu");
      return () =>
        account.addDeployment("llama", {
          model: "Llama-4",
          modelVersion: "1",
          capacity: 1,
          modelFormat: "Meta",
        });
    },
    says: [
      "[prod/weu/deployment-llama] an account of kind OpenAI serves models of format OpenAI only, got " +
        '"Meta": set kind: "AIServices" on the account',
    ],
  },
  {
    input: "prompts processed anywhere in the world",
    when: (stage) => {
      const account = stage.account("weu");
      return () => account.addDeployment("global", { ...CHAT, sku: "GlobalStandard" });
    },
    says: [
      "[prod/weu/deployment-global] prompts must be processed in the data zone of the account's region, " +
        'got "GlobalStandard": choose a DataZone SKU, or give the account the opt-out ' +
        "'account-global-processing'",
    ],
  },
  {
    input: "half a unit of capacity",
    when: (stage) => {
      const account = stage.account("weu");
      return () => account.addDeployment("mini", { ...CHAT, capacity: 0.5 });
    },
    says: [
      "[prod/weu/deployment-mini] capacity must be a whole number of at least 1, got 0.5: give " +
        "thousands of tokens per minute, or provisioned throughput units",
    ],
  },
  {
    input: "another team's gateway by an id that is none, under a prefix that is none",
    when: (stage) => () =>
      stage.importedGateway({ id: "apim-hub", gatewayUrl: "https://ai.contoso.com/", namePrefix: "C" }),
    says: [
      '[prod/gateway] id must be the ARM id of an API Management service, got "apim-hub": copy it from ' +
        "the service's properties",
      "[prod/gateway] gatewayUrl must be an https URL without path or trailing slash, got " +
        "\"https://ai.contoso.com/\": write it as in 'https://ai.contoso.com'",
      "[prod/gateway] namePrefix must be a literal of 3 to 40 lower-case letters, digits or '-', " +
        "starting with a letter and not ending in '-', got \"C\": use the name of your team",
    ],
  },
];

const AT_SYNTHESIS: readonly BadInput[] = [
  {
    input: "a deployment that comes after the API",
    when: (stage) => () => {
      const account = stage.account("weu");
      stage.api(stage.gateway(), { backends: [account] });
      account.addDeployment("late", CHAT);
    },
    says: [
      '[prod/gateway/claims] deployments must be added to accounts before the API is made, got ["late ' +
        'at prod/weu"]: move addDeployment() before addOpenAiApi()',
    ],
  },
  {
    input: "a policy that is too long: too many clients with rights of their own",
    when: (stage) => () => {
      const gateway = stage.gateway();
      const claims = stage.api(gateway, { auth: Auth.entraId({ tenantId: TENANT, audiences: [AUDIENCE] }) });
      for (let index = 0; index < 1_000; index++) {
        gateway.addClient(`client-${index}`, {
          api: claims,
          identifiedBy: [ClientIdentity.application(WEB_APP.slice(0, -4) + String(index).padStart(4, "0"))],
          requestsPerMinute: index + 1,
          tokensPerMinute: index + 1,
        });
      }
    },
    says: [
      "[prod/gateway/claims] the policy document must not exceed 262144 bytes, got #: split the " +
        "clients over several APIs, or give more of them the same rights and limits",
    ],
  },
  {
    input: "a Terraform template in a name for people",
    when: (stage) => () => {
      const { resource } = stage.api(stage.gateway());
      resource.displayName = '${file("/etc/passwd")}';
    },
    says: [
      "[prod/gateway] display_name of prod/gateway/claims/Resource must not hold a Terraform template, " +
        "got \"${file(\\\"/etc/passwd\\\")}\": remove '${' and '%{': Terraform would evaluate them on the " +
        "machine that deploys",
    ],
  },
];

describe("APIs", () => {
  refusesAtOnce(AT_ONCE);
  refusesAtSynthesis(AT_SYNTHESIS);
});
