import { PolicyDocumentError } from "../../../simulator/policies";
import { PolicyGateway } from "../support/policy-gateway";

function documentOf(inbound: string): string {
  return `<policies><inbound>${inbound}</inbound></policies>`;
}

/** Answers with a fragment's status, after a limit of two calls. */
function start(): Promise<PolicyGateway> {
  return PolicyGateway.start({
    model: {
      fragments: [
        {
          address: "azurerm_api_management_policy_fragment.answer",
          name: "answer",
          format: "rawxml",
          xml: '<fragment><return-response><set-status code="201" /></return-response></fragment>',
        },
      ],
    },
    inbound: `<rate-limit-by-key calls="2" renewal-period="60" counter-key="all" />
      <include-fragment fragment-id="answer" />`,
  });
}

describe("a policy that is changed while the gateway runs", () => {
  it("is what the next request gets, wherever it stands", async () => {
    const gateway = await start();
    const { model } = gateway.running.gateway;
    const [api] = model.apis;
    expect(await gateway.statuses(3)).toEqual([201, 201, 429]);
    gateway.running.gateway.setPolicy(
      api?.policy?.address ?? "",
      documentOf('<include-fragment fragment-id="answer" />'),
    );
    expect(await gateway.statuses(3)).toEqual([201, 201, 201]);
    gateway.running.gateway.setPolicy(
      "azurerm_api_management_policy_fragment.answer",
      '<fragment><return-response><set-status code="202" /></return-response></fragment>',
    );
    expect(await gateway.statuses(1)).toEqual([202]);
  });

  it("must be one that is there, and one that can be run", async () => {
    const gateway = await start();
    const { gateway: running } = gateway.running;
    expect(() => running.setPolicy("azurerm_api_management_policy.gone", documentOf(""))).toThrow(
      "no policy 'azurerm_api_management_policy.gone' in the gateway; there are: azurerm_",
    );
    const address = running.model.apis[0]?.policy?.address ?? "";
    expect(() => running.setPolicy(address, documentOf("<set-statsu />"))).toThrow(PolicyDocumentError);
    expect(await gateway.statuses(3)).toEqual([201, 201, 429]);
  });
});
