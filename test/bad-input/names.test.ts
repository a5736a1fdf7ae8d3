import { WorkloadIdentity } from "../../lib/identity";
import { CertificateStore } from "../../lib/key-vault";
import { AzureNames } from "../../lib/naming";
import { PrivateLinkScope, Telemetry } from "../../lib/observability";
import { OpenAiAccount } from "../../lib/openai";
import { StateStorage } from "../../lib/state";
import { CHAT, PLACE, TENANT } from "../lib/gateway/gateway-stack";
import { type BadInput, refusesAtOnce } from "./refusals";

const PARTS = { workload: "aigw", environment: "prod", region: "westeurope", suffix: "7f3" };
const ACCOUNT = { ...PLACE, name: "oai-claims" };

const CASES: readonly BadInput[] = [
  {
    input: "a workload in capitals",
    when: () => () => new AzureNames({ ...PARTS, workload: "AIGW" }),
    says: [
      "[names] workload must be 2 to 20 lower-case letters, digits or single '-', starting with a " +
        "letter, got \"AIGW\": choose a short name, such as 'aigw'",
    ],
  },
  {
    input: "every part of a name wrong",
    when: () => () =>
      new AzureNames({ workload: "a", environment: "production", region: "West Europe", suffix: "-1" }),
    says: [
      "[names] workload must be 2 to 20 lower-case letters, digits or single '-', starting with a " +
        "letter, got \"a\": choose a short name, such as 'aigw'",
      '[names] environment must be 2 to 8 lower-case letters or digits, got "production": choose a ' +
        "short stage name, such as 'prod'",
      "[names] region must be a region in its short form, such as 'westeurope', got \"West Europe\": take " +
        "the name column of 'az account list-locations'",
      '[names] suffix must be 2 to 6 lower-case letters or digits, got "-1": choose any that no other ' +
        "environment has, such as '7f3'",
    ],
  },
  {
    input: "a purpose with a blank",
    when: () => () => new AzureNames(PARTS).resourceGroup("my hub"),
    says: [
      "[names] purpose must be lower-case letters, digits or single '-', with a letter or digit at both " +
        "ends, got \"my hub\": choose a short word, such as 'hub'",
    ],
  },
  {
    input: "an account name with an underscore",
    when:
      ({ stack }) =>
      () =>
        new OpenAiAccount(stack, "openai", {
          ...ACCOUNT,
          name: "oai_claims",
          customSubdomainName: "oai-claims",
        }),
    says: [
      "[prod/openai] name must be 2 to 64 letters, digits or '-', with a letter or digit at both ends, " +
        'got "oai_claims": shorten or change it',
    ],
  },
  {
    input: "an account whose name does not make a subdomain",
    when:
      ({ stack }) =>
      () =>
        new OpenAiAccount(stack, "openai", { ...ACCOUNT, name: "oai_claims" }),
    says: [
      "[prod/openai] name must be 2 to 64 letters, digits or '-', with a letter or digit at both ends, " +
        'got "oai_claims": shorten or change it',
      "[prod/openai] customSubdomainName must be a literal of 2 to 64 lower-case letters, digits or " +
        "'-', with a letter or digit at both ends, got \"oai_claims\": set customSubdomainName: it becomes " +
        "part of URLs that are checked at synthesis",
    ],
  },
  {
    input: "an account name over 64 characters",
    when:
      ({ stack }) =>
      () =>
        new OpenAiAccount(stack, "openai", { ...ACCOUNT, name: "a".repeat(65) }),
    says: [
      "[prod/openai] name must be 2 to 64 letters, digits or '-', with a letter or digit at both ends, " +
        'got "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": shorten or change it',
      "[prod/openai] customSubdomainName must be a literal of 2 to 64 lower-case letters, digits or " +
        "'-', with a letter or digit at both ends, got " +
        '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": set customSubdomainName: it ' +
        "becomes part of URLs that are checked at synthesis",
    ],
  },
  {
    input: "a region as the portal shows it",
    when:
      ({ stack }) =>
      () =>
        new OpenAiAccount(stack, "openai", { ...ACCOUNT, location: "West Europe" }),
    says: [
      "[prod/openai] location must be a literal: a region in its short form, such as 'westeurope', got " +
        '"West Europe": write it in lower case without blanks',
    ],
  },
  {
    input: "the id of a resource group instead of its name",
    when:
      ({ stack }) =>
      () =>
        new OpenAiAccount(stack, "openai", {
          ...ACCOUNT,
          resourceGroupName: "/subscriptions/1/resourceGroups/rg",
        }),
    says: [
      "[prod/openai] resourceGroupName must be 1 to 90 letters, digits or -_.() without a final '.', " +
        'got "/subscriptions/1/resourceGroups/rg": give the name, not the id, of the resource group',
    ],
  },
  {
    input: "a deployment name of one character",
    when: (stage) => {
      const account = stage.account("weu");
      return () => account.addDeployment("x", CHAT);
    },
    says: [
      "[prod/weu/deployment-x] name of a deployment must be a literal of 2 to 64 letters, digits, '-', " +
        "'_' or '.', with a letter or digit at both ends, got \"x\": shorten or change it; routes and " +
        "limits are built from it",
    ],
  },
  {
    input: "a deployment name that is taken",
    when: (stage) => {
      const account = stage.account("weu");
      return () => account.addDeployment("Chat", CHAT);
    },
    says: [
      "[prod/weu/deployment-Chat] names of deployments must be unique on an account, without regard to " +
        'case, got "Chat": give each deployment its own name',
    ],
  },
  {
    input: "a content filter with a name of Azure's own",
    when: (stage) => {
      const account = stage.account("weu");
      return () => account.addContentFilter("Microsoft.Default");
    },
    says: [
      "[prod/weu/content-filter-Microsoft.Default] name of a content filter must not start with " +
        "'Microsoft.', got \"Microsoft.Default\": choose another: those are Azure's own policies",
    ],
  },
  {
    input: "a vault name with two hyphens in a row",
    when:
      ({ stack }) =>
      () =>
        new CertificateStore(stack, "vault", { ...PLACE, name: "kv--ai", tenantId: TENANT }),
    says: [
      "[prod/vault] name must be 3 to 24 letters, digits or single '-', starting with a letter, got " +
        '"kv--ai": shorten or change it',
    ],
  },
  {
    input: "a directory by its domain",
    when:
      ({ stack }) =>
      () =>
        new CertificateStore(stack, "vault", {
          ...PLACE,
          name: "kv-ai",
          tenantId: "contoso.onmicrosoft.com",
        }),
    says: [
      '[prod/vault] tenantId must be a GUID, got "contoso.onmicrosoft.com": give the directory\'s id, ' +
        "not its domain name",
    ],
  },
  {
    input: "a gateway name that starts with a digit",
    when: (stage) => () => stage.gateway({ name: "1apim" }),
    says: [
      "[prod/gateway] name must be 1 to 50 letters, digits or '-', starting with a letter, got \"1apim\": " +
        "shorten or change it",
    ],
  },
  {
    input: "a publisher without a name, with half a mail address",
    when: (stage) => () => stage.gateway({ publisherName: "", publisherEmail: "ai@" }),
    says: [
      '[prod/gateway] publisherName must be 1 to 100 characters, got "": name the organization',
      '[prod/gateway] publisherEmail must be a mail address of at most 100 characters, got "ai@": give ' +
        "the mailing list of the team",
    ],
  },
  {
    input: "an identity name of two characters",
    when:
      ({ stack }) =>
      () =>
        new WorkloadIdentity(stack, "other", { ...PLACE, name: "id" }),
    says: [
      "[prod/other] name must be 3 to 128 letters, digits, '-' or '_', starting with a letter or digit, " +
        'got "id": shorten or change it',
    ],
  },
  {
    input: "a storage account name with a hyphen",
    when:
      ({ stack }) =>
      () =>
        new StateStorage(stack, "state", { ...PLACE, storageAccountName: "st-ai" }),
    says: [
      '[prod/state] storageAccountName must be 3 to 24 lower-case letters or digits, got "st-ai": ' +
        "shorten or change it",
    ],
  },
  {
    input: "a workspace name of three characters",
    when:
      ({ stack }) =>
      () =>
        new Telemetry(stack, "telemetry", {
          ...PLACE,
          workspaceName: "log",
          applicationInsightsName: "appi-ai",
        }),
    says: [
      "[prod/telemetry] workspaceName must be 4 to 63 letters, digits or '-', with a letter or digit at " +
        'both ends, got "log": shorten or change it',
    ],
  },
  {
    input: "a private link scope with a slash in its name",
    when:
      ({ stack }) =>
      () =>
        new PrivateLinkScope(stack, "scope", { ...PLACE, name: "ampls/ai" }),
    says: [
      "[prod/scope] name must be 1 to 255 letters, digits, '-', '_' or '.', got \"ampls/ai\": shorten or " +
        "change it",
    ],
  },
];

describe("names and places", () => {
  refusesAtOnce(CASES);
});
