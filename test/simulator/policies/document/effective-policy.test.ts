import { type EffectiveElement, effectivePolicy } from "../../../../simulator/policies";
import { apiModel, gatewayModel, operationModel, policyXml } from "../../support/gateway-models";

const header = (name: string): string => `<set-header name="${name}" exists-action="delete" />`;

/** Scope and first attribute of each element. */
function shown(elements: readonly EffectiveElement[]): readonly string[] {
  return elements.map(({ scope, attributes, name }) => `${scope} ${[...attributes.values()][0] ?? name}`);
}

describe("effectivePolicy", () => {
  const operation = operationModel("GET", "/ping", policyXml({ inbound: `<base />${header("operation")}` }));
  const api = apiModel({
    operations: [operation],
    policyXml: policyXml({ inbound: `${header("before")}<base />${header("after")}` }),
  });
  const globalXml = policyXml({ inbound: header("global"), backend: "<forward-request />" });
  const gateway = gatewayModel({ apis: [api], policy: { address: "global", xml: globalXml } });

  it("puts the broader scope's section where base stands", () => {
    expect(shown(effectivePolicy(gateway, { api, operation }).inbound)).toEqual([
      "api before",
      "global global",
      "api after",
      "operation operation",
    ]);
  });

  it("leaves out what a scope without base does not inherit", () => {
    const alone = apiModel({ policyXml: policyXml({ inbound: header("alone") }) });
    expect(shown(effectivePolicy(gateway, { api: alone }).inbound)).toEqual(["api alone"]);
  });

  it("inherits where a scope has no document", () => {
    expect(shown(effectivePolicy(gateway, { api: apiModel() }).inbound)).toEqual(["global global"]);
  });

  it("forwards without a global document", () => {
    expect(shown(effectivePolicy(gatewayModel(), { api: apiModel() }).backend)).toEqual([
      "global forward-request",
    ]);
  });

  it("shows a fragment's policies below its inclusion, with the fragment's address", () => {
    const fragment = { address: "fragment", name: "strip", format: "rawxml" as const };
    const xml = `<fragment>${header("inside")}</fragment>`;
    const including = apiModel({
      policyXml: policyXml({ inbound: `<include-fragment fragment-id="strip" />` }),
    });
    const [inclusion] = effectivePolicy(gatewayModel({ fragments: [{ ...fragment, xml }] }), {
      api: including,
    }).inbound;
    expect(inclusion?.children).toMatchObject([{ name: "set-header", address: "fragment", scope: "api" }]);
  });

  it("leaves named values as references", () => {
    const secret = apiModel({
      policyXml: policyXml({ inbound: `<set-variable name="s" value="{{secret}}" />` }),
    });
    const namedValues = [{ address: "nv", displayName: "secret", value: "shh", secret: true }];
    const [element] = effectivePolicy(gatewayModel({ namedValues }), { api: secret }).inbound;
    expect(element?.attributes.get("value")).toBe("{{secret}}");
  });
});
