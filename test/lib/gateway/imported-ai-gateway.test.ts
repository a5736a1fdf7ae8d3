import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { Auth } from "../../../lib/auth/auth";
import type { AiGatewayAttributes } from "../../../lib/gateway/ai-gateway-props";
import { ClientIdentity } from "../../../lib/gateway/client-identity";
import { CertificateStore } from "../../../lib/key-vault/certificate-store";
import { AUDIENCE, GatewayStack, PLACE, REASON, TENANT, WEB_APP } from "./gateway-stack";

const AUTHORITY = {
  subject: "CN=Partner CA, O=Partner",
  thumbprint: "A".repeat(40),
  isRoot: true,
  encodedCertificate: "cm9vdA==",
};
const CERTIFICATE = Auth.clientCertificate({
  certificateAuthorities: [AUTHORITY],
  identities: [{ name: "CN=claims, O=Partner" }],
});

describe("a gateway of another team", () => {
  it("stays as it is: neither the service nor its global policy is in the stack", () => {
    const stack = new GatewayStack();
    stack.api(stack.importedGateway());

    expect(stack.attributes("azurerm_api_management")).toEqual([]);
    expect(stack.attributes("azurerm_api_management_policy")).toEqual([]);
  });

  it("gets children whose names start with the team's", () => {
    const stack = new GatewayStack();
    const gateway = stack.importedGateway({ namePrefix: "fraud" });
    const auth = Auth.allOf(
      Auth.entraId({ tenantId: TENANT, audiences: [AUDIENCE] }),
      Auth.subscriptionKey(),
    );
    const api = gateway.addOpenAiApi("chat", {
      path: "fraud",
      auth,
      backends: [stack.account("weu"), stack.account("swe")],
    });
    gateway.addClient("web", {
      api,
      identifiedBy: [ClientIdentity.application(WEB_APP), ClientIdentity.subscriptionKey()],
    });

    const names = (type: string, attribute = "name") =>
      stack.attributes(type).map((attributes) => attributes[attribute]);
    expect(names("azurerm_api_management_api")).toEqual(["fraud-chat"]);
    expect(names("azurerm_api_management_backend")).toEqual([
      "fraud-chat-oai-swe-chat",
      "fraud-chat-oai-weu-chat",
    ]);
    expect(names("azapi_resource")).toEqual(["fraud-chat-chat-pool"]);
    expect(names("azurerm_api_management_policy_fragment")).toEqual([
      "fraud-ai-gateway-audit",
      "fraud-ai-gateway-refusal",
    ]);
    expect(names("azurerm_api_management_subscription", "subscription_id")).toEqual(["fraud-chat-web"]);
  });

  it("is not written to through the provider of another subscription", () => {
    const team = new TerraformStack(Testing.app(), "team");
    const stack = new GatewayStack(team);
    stack.api(stack.importedGateway());
    const subscriptionId = "00000000-0000-4000-8000-000000000002";
    new AzurermProvider(team, "azurerm", { subscriptionId, features: [{}] });

    expect(() => stack.synthesize()).toThrow(
      "[team/gateway] what is created in the gateway needs a provider of its subscription, " +
        '00000000-0000-4000-8000-000000000001, got "00000000-0000-4000-8000-000000000002": ' +
        "make an AzurermProvider of that subscription with an alias, and give it to the gateway as provider",
    );
  });

  it("is written to through the provider that it is given", () => {
    const stack = new GatewayStack();
    const provider = new AzurermProvider(stack.stack, "hub", {
      alias: "hub",
      subscriptionId: "00000000-0000-4000-8000-000000000001",
      features: [{}],
    });
    const gateway = stack.importedGateway({ provider });
    const api = stack.api(gateway, {
      auth: Auth.subscriptionKey(),
      securityOptOuts: [{ control: "api-key-alone-is-not-enough", reason: REASON }],
    });
    gateway.addClient("web", { api, identifiedBy: [ClientIdentity.subscriptionKey()] });

    const children = stack
      .synthesize()
      .resources.filter(({ type }) => type.startsWith("azurerm_api_management"));
    expect(new Set(children.map(({ type }) => type)).size).toBe(6);
    expect(children.filter(({ attributes }) => attributes.provider !== "azurerm.hub")).toEqual([]);
  });

  it("is addressed by literals, and children by its ARM id", () => {
    const stack = new GatewayStack();
    stack.api(stack.importedGateway());

    expect(stack.attributes("azurerm_api_management_api")[0]).toMatchObject({
      api_management_name: "apim-hub",
      resource_group_name: "rg-hub",
    });
  });

  it("has APIs that forward by themselves, since its global policy is not ours", () => {
    const stack = new GatewayStack();
    stack.api(stack.importedGateway());
    const [policy] = stack.synthesize().policies.filter(({ scope }) => scope === "api");

    const backend = policy?.document.getElementsByTagName("backend")[0];
    expect(backend?.getElementsByTagName("forward-request")).toHaveLength(1);
    expect(backend?.getElementsByTagName("base")).toHaveLength(0);
  });

  it("takes client certificates at the host names and of the authorities that its owner set up", () => {
    const stack = new GatewayStack();
    const gateway = stack.importedGateway({
      clientCertificateHostNames: ["mtls.contoso.com"],
      trustedCertificateThumbprints: [AUTHORITY.thumbprint.toLowerCase()],
    });

    expect(() => stack.api(gateway, { auth: CERTIFICATE })).not.toThrow();
  });

  it("refuses client certificates that its owner has not prepared for", () => {
    const stack = new GatewayStack();

    expect(() => stack.api(stack.importedGateway(), { auth: CERTIFICATE })).toThrow(
      "[prod/gateway/claims] client certificates need a host name of the gateway that asks for them: have its owner set " +
        "one up, and name it in clientCertificateHostNames\n" +
        "[prod/gateway/claims] the gateway must trust the certificate authorities of its APIs, got " +
        `"CN=Partner CA, O=Partner (${AUTHORITY.thumbprint})": have its owner upload it, and name it in ` +
        "trustedCertificateThumbprints",
    );
  });

  it("reads named values with the identity that its owner gave it", () => {
    const stack = new GatewayStack();
    const store = new CertificateStore(stack.stack, "vault", { ...PLACE, name: "kv-ai", tenantId: TENANT });
    const systemAssignedPrincipalId = "99999999-9999-4999-8999-999999999999";
    stack
      .importedGateway({ systemAssignedPrincipalId })
      .addNamedValue("secret", { store, secretName: "partner" });

    expect(stack.attributes("azurerm_role_assignment")[0]?.principal_id).toBe(systemAssignedPrincipalId);
  });

  it("refuses named values that it could not read", () => {
    const stack = new GatewayStack();
    const store = new CertificateStore(stack.stack, "vault", { ...PLACE, name: "kv-ai", tenantId: TENANT });

    expect(() => stack.importedGateway().addNamedValue("secret", { store, secretName: "partner" })).toThrow(
      "[prod/gateway] secrets of a vault and embeddings for a cache need the system-assigned identity of the gateway: " +
        "API Management uses no other for them: have its owner switch it on, and give its object id as systemAssignedPrincipalId",
    );
  });

  it.each<[string, Partial<AiGatewayAttributes>, string]>([
    [
      "the id of another service",
      { name: "apim-other" },
      'name must be that of the id, apim-hub, got "apim-other": copy both from the service\'s properties',
    ],
    [
      "a name in place of an identity",
      { systemAssignedPrincipalId: "apim-hub" },
      'systemAssignedPrincipalId must be a GUID, got "apim-hub": take the object id of the service\'s identity, not its ' +
        "client id",
    ],
    [
      "an id of something else",
      { id: "/subscriptions/x" },
      'id must be the ARM id of an API Management service, got "/subscriptions/x": copy it from the service\'s properties',
    ],
    [
      "a URL with a path",
      { gatewayUrl: "https://ai.contoso.com/" },
      'gatewayUrl must be an https URL without path or trailing slash, got "https://ai.contoso.com/": write it as in ' +
        "'https://ai.contoso.com'",
    ],
    [
      "a prefix that names cannot start with",
      { namePrefix: "Claims " },
      "namePrefix must be a literal of 3 to 40 lower-case letters, digits or '-', starting with a letter and not ending in " +
        "'-', got \"Claims \": use the name of your team",
    ],
    [
      "a thumbprint that is none",
      { trustedCertificateThumbprints: ["AB:CD"] },
      'trustedCertificateThumbprints must be SHA-1 hashes of 40 hexadecimal digits, got "AB:CD": copy them from ' +
        "'openssl x509 -noout -fingerprint -sha1'",
    ],
  ])("is refused with %s", (_, attributes, message) => {
    const stack = new GatewayStack();

    expect(() => stack.importedGateway(attributes)).toThrow(`[prod/gateway] ${message}`);
  });
});
