import { OpenAiAccount } from "../../../simulator/accounts";
import { Clock } from "../../../simulator/clock";
import { IdentityPlatform, RoleAssignments } from "../../../simulator/identity";
import type {
  AccountModel,
  DeploymentModel,
  RoleAssignmentModel,
  StackModel,
} from "../../../simulator/model";
import { Network, type NetworkOrigin, readText, singleChunk } from "../../../simulator/network";

export const TENANT_ID = "11111111-1111-4111-8111-111111111111";
export const SUBSCRIPTION_SCOPE = "/subscriptions/s";
const ACCOUNT_ID = `${SUBSCRIPTION_SCOPE}/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/aoai`;

export const deployment = (name: string, modelName: string, capacity = 100): DeploymentModel => ({
  address: `azurerm_cognitive_deployment.${name}`,
  name,
  modelFormat: "OpenAI",
  modelName,
  modelVersion: "2024-08-06",
  sku: "GlobalStandard",
  capacity,
});

/** A deployment of a model that OpenAI does not publish. */
export const DEEP_SEEK: DeploymentModel = { ...deployment("chat", "DeepSeek-V3.2"), modelFormat: "DeepSeek" };

const ACCOUNT_MODEL: AccountModel = {
  address: "azurerm_cognitive_account.aoai",
  id: ACCOUNT_ID,
  name: "aoai",
  location: "westeurope",
  kind: "OpenAI",
  hostNames: ["aoai.openai.azure.com"],
  localAuthEnabled: false,
  keys: ["key-one", "key-two"],
  tenantId: TENANT_ID,
  deployments: [
    deployment("chat", "gpt-4o"),
    deployment("embed", "text-embedding-3-small"),
    deployment("instruct", "gpt-35-turbo-instruct"),
    deployment("image", "gpt-image-1"),
    deployment("small", "gpt-4o", 1),
    deployment("few-images", "gpt-image-1", 2),
  ],
  network: {
    publicAccess: true,
    defaultAction: "Allow",
    privateEndpoint: false,
    subnetRules: false,
    addressRules: [],
  },
};

const EMPTY_MODEL: StackModel = {
  gateways: [],
  accounts: [],
  identities: [],
  vaults: [],
  roleAssignments: [],
  applications: [],
  tenantIds: [TENANT_ID],
  irrelevant: [],
};

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly text: string;
  readonly json: unknown;
}

/** An account with one principal that holds Cognitive Services OpenAI User on it, and one that holds nothing. */
export class AccountFixture {
  public readonly clock = new Clock({ at: new Date("2026-03-01T00:00:00Z"), running: false });
  public readonly network = new Network(this.clock);
  public readonly platform = new IdentityPlatform({
    model: EMPTY_MODEL,
    network: this.network,
    clock: this.clock,
  });
  public readonly account: OpenAiAccount;

  /** @param further roles of the principal `allowed` beside Cognitive Services OpenAI User */
  public constructor(
    overrides: Partial<AccountModel> = {},
    further: readonly Pick<RoleAssignmentModel, "roleDefinitionId" | "customRole">[] = [],
  ) {
    const model = { ...ACCOUNT_MODEL, ...overrides };
    this.account = new OpenAiAccount({
      model,
      tenant: this.platform.tenant(TENANT_ID),
      roleAssignments: new RoleAssignments(
        [{ roleDefinitionId: "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd" }, ...further].map((role) => ({
          address: "azurerm_role_assignment.user",
          scope: model.id,
          principalId: "allowed",
          ...role,
        })),
      ),
      clock: this.clock,
    });
    for (const host of model.hostNames) {
      this.network.register(host, (request) => this.account.handle(request));
    }
  }

  /** A token as the managed identity `principalId` would get it. */
  public async token(
    principalId = "allowed",
    resource = "https://cognitiveservices.azure.com",
  ): Promise<string> {
    const identity = { clientId: `client of ${principalId}`, principalId };
    return (await this.platform.tenant(TENANT_ID).managedIdentityToken(identity, resource)).token;
  }

  public async call(
    path: string,
    options: {
      readonly method?: string;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly origin?: NetworkOrigin;
      readonly sourceAddress?: string;
    } = {},
  ): Promise<Answer> {
    const response = await this.network.fetch(
      {
        url: `https://aoai.openai.azure.com${path}`,
        method: options.method ?? (options.body === undefined ? "GET" : "POST"),
        headers: options.headers ?? { authorization: `Bearer ${await this.token()}` },
        body: options.body === undefined ? undefined : singleChunk(Buffer.from(JSON.stringify(options.body))),
      },
      { origin: options.origin, sourceAddress: options.sourceAddress },
    );
    const text = await readText(response.body);
    return { status: response.status, headers: response.headers, text, json: parse(text) };
  }

  /** A chat completion of the dated API. */
  public chat(
    body: object = {},
    options: { deployment?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    return this.call(
      `/openai/deployments/${options.deployment ?? "chat"}/chat/completions?api-version=2024-10-21`,
      {
        body: { messages: [{ role: "user", content: "hello" }], ...body },
        headers: options.headers,
      },
    );
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The JSON of the `data:` lines of a stream. */
export function eventData(text: string): readonly unknown[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("data: ") && line !== "data: [DONE]")
    .map((line) => JSON.parse(line.slice("data: ".length)) as unknown);
}
