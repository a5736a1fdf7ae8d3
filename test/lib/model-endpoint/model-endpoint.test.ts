import { CertificateStore } from "../../../lib/key-vault/certificate-store";
import { EndpointCredential } from "../../../lib/model-endpoint/endpoint-credential";
import { ModelEndpoint, type ModelEndpointProps } from "../../../lib/model-endpoint/model-endpoint";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import { CHAT, GatewayStack, PLACE, REASON, TENANT } from "../gateway/gateway-stack";

const IDENTITY = EndpointCredential.managedIdentity({ audience: "api://models" });
const URL_ = "https://models.corp.contoso.com";
const LLAMA = { model: "llama3.1:8b", contextTokens: 8_192 };
const INTERNET = [{ control: "model-endpoint-internet", reason: REASON }] as const;

function endpoint(props: Partial<ModelEndpointProps> = {}): ModelEndpoint {
  return new ModelEndpoint(azureStack(), "house", { url: URL_, credential: IDENTITY, ...props });
}

describe("a model endpoint", () => {
  it.each([
    ["http", "http://models.corp.contoso.com", /url must be a literal https URL/],
    ["a slash at its end", `${URL_}/`, /without a slash at its end/],
    ["a query", `${URL_}?key=1`, /without a slash at its end, query or credentials/],
    ["user and password", "https://u:p@models.corp.contoso.com", /query or credentials/],
    ["an address", "https://10.1.2.3", /must name a host/],
    ["the version at its end", `${URL_}/v1`, /must end before '\/v1'/],
    ["a token", "https://${azurerm_x.y.host}", /must name a host/],
    ["an account", "https://a.openai.azure.com", /an Azure OpenAI account is not a model endpoint/],
  ])("does not take a url with %s", (_what, url, message) => {
    expect(() => endpoint({ url })).toThrow(message);
  });

  it("reports everything that is wrong with it at once", () => {
    const store = new CertificateStore(azureStack(), "store", { ...PLACE, name: "kv-ai", tenantId: TENANT });
    const credential = EndpointCredential.key({ store, secretName: "a_b", header: "x y" });
    const operations = ["chat", "responses"] as unknown as ModelEndpointProps["operations"];

    expect(() => endpoint({ url: "ftp://x", credential, operations })).toThrow(
      /url must be[\s\S]*secretName must be[\s\S]*header must be[\s\S]*operations of a model endpoint must be of chat, completions, embeddings, got "responses"/,
    );
    expect(() =>
      endpoint({ credential: EndpointCredential.managedIdentity({ audience: "no uri" }) }),
    ).toThrow(/audience must be a literal/);
  });

  it("serves models under names that are taken once, with limits that fit", () => {
    const house = endpoint();
    expect(house.addDeployment("chat", LLAMA)).toEqual({ name: "chat", maxOutputTokens: 8_192, ...LLAMA });
    expect(() => house.addDeployment("Chat", LLAMA)).toThrow(/unique on an endpoint, without regard to case/);
    expect(() => house.addDeployment("b c", { ...LLAMA, model: 'x","y":"' })).toThrow(
      /name must be[\s\S]*model must be a literal/,
    );
    expect(() => house.addDeployment("d1", { ...LLAMA, maxOutputTokens: 8_193 })).toThrow(
      /maxOutputTokens must be a whole number from 1 to contextTokens/,
    );
    expect(house.deployments.map(({ name }) => name)).toEqual(["chat"]);
  });

  it("creates nothing by itself", () => {
    const stack = azureStack();
    new ModelEndpoint(stack, "house", { url: URL_, credential: IDENTITY }).addDeployment("chat", LLAMA);
    expect(synthesizeStack(stack).resources).toEqual([]);
  });
});

describe("an API with a model endpoint", () => {
  const withEndpoint = (
    props: Partial<ModelEndpointProps> = {},
  ): { stack: GatewayStack; house: ModelEndpoint } => {
    const stack = new GatewayStack();
    const house = new ModelEndpoint(stack.stack, "house", { url: URL_, credential: IDENTITY, ...props });
    house.addDeployment("chat", LLAMA);
    return { stack, house };
  };

  it.each(["responses", "images", "audio", "stored-responses"] as const)(
    "does not publish %s, which the endpoint does not speak",
    (group) => {
      const { stack, house } = withEndpoint({ securityOptOuts: INTERNET });
      const options = { backends: [house], operations: ["chat", group] as const };
      expect(() => stack.api(stack.gateway(), options)).toThrow(
        `model endpoint 'house' speaks chat, completions, embeddings, got ["${group}"]`,
      );
    },
  );

  it("needs a gateway that has a way there", () => {
    const { stack, house } = withEndpoint();
    expect(() => stack.api(stack.gateway(), { backends: [house] })).toThrow(
      /a gateway reaches model endpoints through a network of its own, got \["prod\/house"\]/,
    );
  });

  it("takes an endpoint once, and one with a client certificate for a deployment", () => {
    const { stack, house } = withEndpoint({ securityOptOuts: INTERNET });
    const store = new CertificateStore(stack.stack, "store", { ...PLACE, name: "kv-ai", tenantId: TENANT });
    const credential = EndpointCredential.certificate({
      store,
      certificate: store.certificateByName("client"),
    });
    const others = ["one", "two"].map((id) => {
      const other = new ModelEndpoint(stack.stack, id, {
        url: `https://${id}.contoso.com`,
        credential,
        securityOptOuts: INTERNET,
      });
      other.addDeployment("chat", LLAMA);
      return other;
    });
    expect(() => stack.api(stack.gateway(), { backends: [house, house, ...others] })).toThrow(
      /a model endpoint must be given once[\s\S]*one endpoint at most that takes a client certificate, got \["one","two"\]/,
    );
  });

  it("does not know models that the endpoint got later", () => {
    const { stack, house } = withEndpoint({ securityOptOuts: INTERNET });
    stack.api(stack.gateway(), { backends: [house] });
    house.addDeployment("late", LLAMA);
    expect(() => stack.synthesize()).toThrow(/deployments must be added .* before the API is made/);
  });

  it("has one backend for it, and for an account of the same name one for each URL shape", () => {
    const { stack, house } = withEndpoint({ securityOptOuts: INTERNET });
    stack.api(stack.gateway(), { backends: [stack.account("weu"), house] });
    const urls = stack.attributes("azurerm_api_management_backend").map(({ name, url }) => [name, url]);
    expect(urls).toEqual([
      ["claims-oai-weu-chat-dated", "https://oai-weu.openai.azure.com/openai/deployments/chat"],
      ["claims-oai-weu-chat-v1", "https://oai-weu.openai.azure.com/openai/v1"],
      ["claims-endpoint-house-chat", `${URL_}/v1`],
    ]);
  });

  it("makes a pool of the accounts that no endpoint stands between, and of none else", () => {
    const { stack, house } = withEndpoint({ securityOptOuts: INTERNET });
    const [weu, swe, fra] = ["weu", "swe", "fra"].map((name) => stack.account(name));
    stack.api(stack.gateway(), {
      urlShapes: ["v1"],
      backends: [
        { account: weu as never, priority: 1 },
        { account: swe as never, priority: 2 },
        { endpoint: house, priority: 3 },
        { account: fra as never, priority: 4 },
      ],
    });
    const pools = stack.attributes("azapi_resource");
    expect(pools).toHaveLength(1);
    expect(JSON.stringify(pools[0]?.body).match(/oai-(weu|swe|fra)/g)).toEqual(["oai-weu", "oai-swe"]);
  });

  it("is routed for a client as the client prefers", () => {
    const { stack, house } = withEndpoint({ securityOptOuts: INTERNET });
    const weu = stack.account("weu");
    const gateway = stack.gateway();
    const api = stack.api(gateway, { backends: [weu, house] });
    const own = new ModelEndpoint(stack.stack, "other", {
      url: "https://other.contoso.com",
      credential: IDENTITY,
    });
    own.addDeployment("chat", { ...LLAMA });
    expect(() => gateway.addClient("web", { api, identifiedBy: [], backends: [own] })).toThrow(
      /backends of client 'web' must be accounts of API 'claims', got "https:\/\/other\.contoso\.com"/,
    );
    expect(CHAT.model).toBe("gpt-5.4");
  });

  it("waits at an imported gateway for nobody's network, and forwards by itself", () => {
    const { stack, house } = withEndpoint();
    stack.api(stack.importedGateway(), { backends: [house] });
    const [policy] = stack.attributes("azurerm_api_management_api_policy");
    expect(String(policy?.xml_content)).toContain('backend-id="claims-claims-endpoint-house-chat"');
    expect(String(policy?.xml_content)).toContain("routeBodyBeforeModel");
  });

  it("adds a key in the backend that it is for, from Key Vault and in the header that it takes", () => {
    const stack = new GatewayStack();
    const store = new CertificateStore(stack.stack, "store", { ...PLACE, name: "kv-ai", tenantId: TENANT });
    const [bearer, header] = [undefined, "x-api-key"].map((name, index) => {
      const each = new ModelEndpoint(stack.stack, `house-${index}`, {
        url: `https://house-${index}.contoso.com`,
        credential: EndpointCredential.key({ store, secretName: `key-${index}`, header: name }),
        securityOptOuts: INTERNET,
      });
      each.addDeployment("chat", LLAMA);
      each.addDeployment("more", LLAMA);
      return each;
    });
    stack.api(stack.gateway(), { backends: [bearer, header].filter((each) => each !== undefined) });
    const credentials = stack.attributes("azurerm_api_management_backend").map((each) => each.credentials);
    expect(credentials).toEqual([
      { authorization: { parameter: "{{house-0-key}}", scheme: "Bearer" } },
      { authorization: { parameter: "{{house-0-key}}", scheme: "Bearer" } },
      { header: { "x-api-key": "{{house-1-key}}" } },
      { header: { "x-api-key": "{{house-1-key}}" } },
    ]);
    expect(stack.attributes("azurerm_api_management_named_value").map((each) => each.secret)).toEqual([
      true,
      true,
    ]);
  });
});
