import {
  Auth,
  AzureNames,
  ClientIdentity,
  type GatewayClientOptions,
  GatewaySku,
  OpenAiAccount,
  type OpenAiApiOptions,
  PrivateNetwork,
  type SecurityControl,
} from "../../lib";
import { BATCH_APP, PLACE } from "../lib/gateway/gateway-stack";
import { type BadInput, refusesAtOnce } from "./refusals";

/** Inputs with several mistakes: one run of the synthesis shows them all. */
const CASES: readonly BadInput[] = [
  {
    input: "names",
    when: () => () => new AzureNames({ workload: "AI", environment: "", region: "West Europe", suffix: "x" }),
    says: [
      "[names] workload must be 2 to 20 lower-case letters, digits or single '-', starting with a " +
        "letter, got \"AI\": choose a short name, such as 'aigw'",
      '[names] environment must be 2 to 8 lower-case letters or digits, got "": choose a short stage ' +
        "name, such as 'prod'",
      "[names] region must be a region in its short form, such as 'westeurope', got \"West Europe\": take " +
        "the name column of 'az account list-locations'",
      '[names] suffix must be 2 to 6 lower-case letters or digits, got "x": choose any that no other ' +
        "environment has, such as '7f3'",
    ],
  },
  {
    input: "an account",
    when:
      ({ stack }) =>
      () =>
        new OpenAiAccount(stack, "openai", {
          resourceGroupName: "rg/ai",
          location: "West Europe",
          name: "-oai-",
          allowedOutboundFqdns: ["https://contoso.com"],
          allowedAddressRanges: ["10.0.0.0/8"],
          securityOptOuts: [{ control: "everything" as SecurityControl, reason: "why not" }],
        }),
    says: [
      "[prod/openai] securityOptOuts may name account-public-network, account-local-auth, " +
        'account-outbound, account-global-processing here, got "everything": remove the opt-out, or give ' +
        "it to the construct that has this control",
      "[prod/openai] reason of opt-out 'everything' must say in at least 20 characters why it is " +
        'acceptable, got "why not": write the reason that you would give to a security reviewer',
      "[prod/openai] resourceGroupName must be 1 to 90 letters, digits or -_.() without a final '.', " +
        'got "rg/ai": give the name, not the id, of the resource group',
      "[prod/openai] name must be 2 to 64 letters, digits or '-', with a letter or digit at both ends, " +
        'got "-oai-": shorten or change it',
      "[prod/openai] customSubdomainName must be a literal of 2 to 64 lower-case letters, digits or " +
        "'-', with a letter or digit at both ends, got \"-oai-\": set customSubdomainName: it becomes part " +
        "of URLs that are checked at synthesis",
      "[prod/openai] location must be a literal: a region in its short form, such as 'westeurope', got " +
        '"West Europe": write it in lower case without blanks',
      "[prod/openai] allowedAddressRanges needs opt-out 'account-public-network', got " +
        '["10.0.0.0/8"]: use a private endpoint, or opt out with the reason',
      "[prod/openai] allowedAddressRanges must be public IPv4 addresses, or ranges of /8 to /30, got " +
        '"10.0.0.0/8": write 203.0.113.7 or 203.0.113.0/24; private networks need a private endpoint',
      '[prod/openai] allowedOutboundFqdns must be host names, got "https://contoso.com": name one host, ' +
        "without scheme, port, path or wildcard",
    ],
  },
  {
    input: "a network",
    when:
      ({ stack }) =>
      () =>
        new PrivateNetwork(stack, "network", {
          resourceGroupName: "rg-ai",
          location: "westeurope",
          name: "v",
          addressSpace: ["10.20.0.0/16"],
          privateEndpointSubnetPrefix: "10.21.0.0/24",
          gatewaySubnetPrefix: "10.20.0.0/30",
          gatewayUnits: 0,
          gatewayOutboundPorts: [0],
          dnsServers: ["dns"],
        }),
    says: [
      '[prod/network] name must be 2 to 64 letters, digits or -_., got "v": shorten or change it',
      '[prod/network] gatewaySubnetPrefix must be /29 or larger, got "10.20.0.0/30": choose a range of ' +
        "that size",
      '[prod/network] subnets must lie in the address space 10.20.0.0/16, got "10.21.0.0/24": move the ' +
        "subnet, or extend the address space",
      "[prod/network] gatewayUnits must be 1 to 99, got 0: give the largest number of scale units that " +
        "is planned",
      "[prod/network] gatewayOutboundPorts must be TCP ports, 1 to 65535, got 0: correct the port",
      '[prod/network] dnsServers must name at least two servers, got ["dns"]: add a second one, or ' +
        "leave the list out to use Azure's own DNS",
      '[prod/network] dnsServers must be IPv4 addresses, got "dns": write it as in 10.0.0.4',
    ],
  },
  {
    input: "a gateway",
    when: (stage) => () =>
      stage.gateway({
        name: "apim_ai",
        location: "West Europe",
        publisherName: "",
        publisherEmail: "Contoso",
        sku: GatewaySku.standard(2),
        zones: ["4"],
        minApiVersion: "latest",
        loggedRequestHeaders: ["Authorization", "x-*"],
        circuitBreaker: { failureCount: 0, tripSeconds: 86_400 },
        concurrentCallsPerCaller: 0,
        securityOptOuts: [],
      }),
    says: [
      "[prod/gateway] location must be a region in its short form, such as 'westeurope', got \"West " +
        'Europe": write it in lower case without blanks',
      "[prod/gateway] name must be 1 to 50 letters, digits or '-', starting with a letter, got " +
        '"apim_ai": shorten or change it',
      '[prod/gateway] publisherName must be 1 to 100 characters, got "": name the organization',
      '[prod/gateway] publisherEmail must be a mail address of at most 100 characters, got "Contoso": ' +
        "give the mailing list of the team",
      '[prod/gateway] minApiVersion must be a date as YYYY-MM-DD, got "latest": use 2021-08-01, the ' +
        "oldest version that Azure still answers",
      '[prod/gateway] tier Standard does not take zones, got ["4"]: use Premium, or leave them to Azure',
      '[prod/gateway] zones must be different ones of 1, 2, 3, got ["4"]: leave them out to let Azure ' +
        "choose",
      "[prod/gateway] the gateway must be reachable from a private network only: give it a network, or " +
        "the opt-out 'gateway-private-network'",
      '[prod/gateway] loggedRequestHeaders must not carry credentials, got "Authorization": remove it: ' +
        "the caller's id is in the log already",
      '[prod/gateway] loggedRequestHeaders must be header names, got "x-*": name one header, without ' +
        "wildcard",
      "[prod/gateway] resource logs of the gateway must go to Log Analytics: give telemetry, or the " +
        "opt-out 'gateway-audit-logs'",
      "[prod/gateway] circuitBreaker.failureCount must be a whole number from 1 to 10000, got 0: use 1 " +
        "to fail over within one request",
      "[prod/gateway] circuitBreaker.tripSeconds must be a whole number from 1 to 3600, got 86400: use " +
        "10: Retry-After of the backend is followed where it sends one",
      "[prod/gateway] concurrentCallsPerCaller must be a whole number from 1 to 1000, got 0: use a " +
        "number in that range, or leave it out",
    ],
  },
  {
    input: "an API",
    when: (stage) => {
      const gateway = stage.gateway();
      const account = stage.account("weu");
      return () =>
        stage.api(gateway, {
          path: "/claims/",
          name: "C",
          backends: [account, { account, weight: 0 }],
          deployments: ["gpt-5"],
          apiVersions: ["latest"],
          retries: 9,
          timeoutSeconds: 0,
          requestsPerMinute: -1,
          tokenQuota: 100,
        });
    },
    says: [
      "[prod/gateway/claims] name must be a literal of 3 to 40 lower-case letters, digits or '-', " +
        "starting with a letter and not ending in '-', got \"C\": shorten or change the construct id, or " +
        "set name",
      "[prod/gateway/claims] path must be a literal: segments of letters, digits, '-' or '_' separated " +
        "by '/', without a leading or trailing '/', got \"/claims/\": write it as in 'claims' or " +
        "'teams/claims'",
      '[prod/gateway/claims] apiVersions must be dated versions, such as 2024-10-21, got "latest": use ' +
        "v1ApiVersions for versions of the v1 shape",
      "[prod/gateway/claims] timeoutSeconds must be a whole number from 1 to 240, got 0: use a number " +
        "in that range, or leave it out",
      "[prod/gateway/claims] retries must be a whole number from 0 to 2, got 9: use a number in that " +
        "range, or leave it out",
      "[prod/gateway/claims] requestsPerMinute must be a whole number above 0, got -1: give the number " +
        "that one caller may use, or leave it out",
      "[prod/gateway/claims] tokenQuota and tokenQuotaPeriod go together, got 100: give both or neither",
      "[prod/gateway/claims] an account must be given once, got " +
        '"https://oai-weu.openai.azure.com/openai": merge the two entries: weight says how much it gets',
      "[prod/gateway/claims] weight of weu must be a whole number from 1 to 100, got 0: use a number in " +
        "that range, or leave it out",
      '[prod/gateway/claims] deployments must be hosted by a backend, got "gpt-5": call addDeployment() ' +
        "on an account before the API is made, or remove it",
    ],
  },
  {
    input: "an API that JavaScript makes of a path alone",
    when: (stage) => {
      const gateway = stage.gateway();
      return () => gateway.addOpenAiApi("x", { path: "claims" } as OpenAiApiOptions);
    },
    says: [
      "[prod/gateway/x] name must be a literal of 3 to 40 lower-case letters, digits or '-', starting " +
        "with a letter and not ending in '-', got \"x\": shorten or change the construct id, or set name",
      "[prod/gateway/x] backends must not be empty: give at least one account",
      "[prod/gateway/x] an API needs an authenticator: say in auth how callers prove who they are: " +
        "Auth.entraId(…), Auth.oidc(…), Auth.clientCertificate(…)",
    ],
  },
  {
    input: "an API at a path that is taken, with an authenticator that lets nobody in",
    when: (stage) => {
      const gateway = stage.gateway();
      const account = stage.account("weu");
      stage.api(gateway, { backends: [account] });
      return () =>
        gateway.addOpenAiApi("second", {
          path: "claims",
          retries: 9,
          backends: [account],
          auth: Auth.anyOf(),
        });
    },
    says: [
      "[prod/gateway/second] retries must be a whole number from 0 to 2, got 9: use a number in that " +
        "range, or leave it out",
      "[prod/gateway/second] Auth.anyOf needs at least one member: name the authenticators that let " +
        "callers in",
      '[prod/gateway/second] paths of APIs must be unique on a gateway, got "claims/openai": choose ' +
        "another path",
    ],
  },
  {
    input: "a client",
    when: (stage) => {
      const gateway = stage.gateway();
      const api = stage.api(gateway);
      return () =>
        gateway.addClient("Claims", {
          api,
          identifiedBy: [
            ClientIdentity.application(BATCH_APP),
            ClientIdentity.application(" "),
            ClientIdentity.certificate("CN=claims", { thumbprint: "12" }),
          ],
          operations: ["images"],
          deployments: ["gpt-5"],
          tokensPerMinute: 0,
        });
    },
    says: [
      "[prod/gateway/client-Claims] name must be a literal of 3 to 40 lower-case letters, digits or '-', " +
        "starting with a letter and not ending in '-', got \"Claims\": shorten or change it",
      "[prod/gateway/client-Claims] tokensPerMinute must be a whole number above 0, got 0: give the number " +
        "that one caller may use, or leave it out",
      '[prod/gateway/client-Claims] an identity must not be empty, got " ": give the client id, or the ' +
        "name in the certificate",
      '[prod/gateway/client-Claims] thumbprint must be a SHA-1 hash of 40 hexadecimal digits, got "12": ' +
        "copy it from 'openssl x509 -noout -fingerprint -sha1'",
      "[prod/gateway/client-Claims] a client certificate identity must be of an authenticator of the API " +
        'that takes such credentials, got ["entra"]: add one to the API',
      "[prod/gateway/client-Claims] client 'Claims' must be an application that 'entra' lets in, got " +
        "\"33333333-3333-4333-8333-333333333333\": add it to the applications of 'entra', or leave those " +
        "out: registered clients suffice",
      "[prod/gateway/client-Claims] operations must be offered by API 'claims': chat, embeddings, got " +
        '"images": remove it, or publish it on the API',
      "[prod/gateway/client-Claims] deployments must be served by API 'claims': chat, got \"gpt-5\": " +
        "remove it, or add it to the API",
    ],
  },
  {
    input: "a client that JavaScript makes of a name alone",
    when: (stage) => {
      const gateway = stage.gateway();
      const api = stage.api(gateway);
      return () => gateway.addClient("ab", { api } as GatewayClientOptions);
    },
    says: [
      "[prod/gateway/client-ab] name must be a literal of 3 to 40 lower-case letters, digits or '-', " +
        "starting with a letter and not ending in '-', got \"ab\": shorten or change it",
      "[prod/gateway/client-ab] identifiedBy must not be empty: say how the client is recognized: " +
        "ClientIdentity.application(…)",
    ],
  },
  {
    input: "a model deployment",
    when: ({ stack }) => {
      const account = new OpenAiAccount(stack, "openai", { ...PLACE, name: "oai-ai" });
      return () =>
        account.addDeployment("-", {
          model: "gpt 4o",
          modelVersion: "",
          modelFormat: "Meta",
          sku: "GlobalStandard",
          capacity: 0,
        });
    },
    says: [
      "[prod/openai/deployment--] name of a deployment must be a literal of 2 to 64 letters, digits, " +
        "'-', '_' or '.', with a letter or digit at both ends, got \"-\": shorten or change it; routes and " +
        "limits are built from it",
      '[prod/openai/deployment--] model must be a model name, got "gpt 4o": write it as the model ' +
        "catalog does, such as gpt-5.4",
      '[prod/openai/deployment--] modelVersion must be a version, got "": write it as the model catalog ' +
        "does, such as 2026-03-05",
      "[prod/openai/deployment--] capacity must be a whole number of at least 1, got 0: give thousands " +
        "of tokens per minute, or provisioned throughput units",
      "[prod/openai/deployment--] an account of kind OpenAI serves models of format OpenAI only, got " +
        '"Meta": set kind: "AIServices" on the account',
      "[prod/openai/deployment--] prompts must be processed in the data zone of the account's region, " +
        'got "GlobalStandard": choose a DataZone SKU, or give the account the opt-out ' +
        "'account-global-processing'",
    ],
  },
];

describe("everything that is wrong at once with", () => {
  refusesAtOnce(CASES);
});
