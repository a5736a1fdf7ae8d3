import { ClientIdentity } from "../../../lib/gateway/client-identity";
import { GatewaySku } from "../../../lib/gateway/gateway-sku";
import { ENTRA_ID, GatewayStack, WEB_APP } from "./gateway-stack";

describe.each(["of this stack", "of another team"])("a gateway %s", (kind) => {
  function gateway(stack: GatewayStack) {
    return kind === "of this stack" ? stack.gateway() : stack.importedGateway();
  }

  it("leaves nothing of an API that it refused, so that the id can be used for a better one", () => {
    const stack = new GatewayStack();
    const service = gateway(stack);
    const backends = [stack.account("weu")];
    const add = (path: string) => service.addOpenAiApi("claims", { path, auth: ENTRA_ID, backends });
    expect(() => add("/claims")).toThrow(/path must be a literal/);

    add("claims");
    expect(stack.attributes("azurerm_api_management_api").map(({ path }) => path)).toEqual(["claims/openai"]);
  });

  it("keeps an API whose id is given a second time", () => {
    const stack = new GatewayStack();
    const service = gateway(stack);
    const backends = [stack.account("weu")];
    const add = (path: string) => service.addOpenAiApi("claims", { path, auth: ENTRA_ID, backends });
    add("claims");
    expect(() => add("other")).toThrow(
      '[prod/gateway] construct ids must be unique on a gateway, got "claims": use another id, or what was made with this one',
    );

    expect(stack.attributes("azurerm_api_management_api").map(({ path }) => path)).toEqual(["claims/openai"]);
  });

  it("T-251 divides limits among regions, which count each for itself, unless each is to have the whole", () => {
    const additionalLocations = [{ location: "swedencentral" }, { location: "francecentral" }];
    for (const [limitsPerRegion, calls] of [
      [undefined, "31"],
      ["share", "31"],
      ["whole", "91"],
    ] as const) {
      const stack = new GatewayStack();
      const service =
        kind === "of this stack"
          ? stack.gateway({ sku: GatewaySku.premium(1), additionalLocations, limitsPerRegion })
          : stack.importedGateway({ regions: 3, limitsPerRegion });
      const api = stack.api(service, { requestsPerMinute: 91, requestsPerMinutePerUser: 91 });
      service.addClient("web", {
        api,
        identifiedBy: [ClientIdentity.application(WEB_APP)],
        tokensPerMinute: 900,
      });
      const [policy] = stack.attributes("azurerm_api_management_api_policy");
      const xml = String(policy?.xml_content);
      const found = [...xml.matchAll(/id="limit-(?:user-)?requests-\d" calls="(\d+)"/g)].map(
        ([, each]) => each,
      );
      expect(new Set(found)).toEqual(new Set([calls]));
      expect(xml).toContain(`tokens-per-minute="${limitsPerRegion === "whole" ? 900 : 300}"`);
    }
  });

  it("has one fragment that refuses and one that records, however many APIs include it", () => {
    const stack = new GatewayStack();
    const service = gateway(stack);
    const backends = [stack.account("weu")];
    for (const path of ["claims", "search"]) {
      service.addOpenAiApi(path, { path, auth: ENTRA_ID, backends });
    }

    expect(stack.attributes("azurerm_api_management_policy_fragment").map(({ name }) => name)).toEqual([
      ...(kind === "of this stack"
        ? ["ai-gateway-audit", "ai-gateway-refusal"]
        : ["claims-ai-gateway-audit", "claims-ai-gateway-refusal"]),
    ]);
  });
});
