import { apiModel, operationModel, policy, policyXml } from "../../support/gateway-models";
import { PolicyGateway, problemsOf } from "../../support/policy-gateway";

const DESCRIBED = { ...operationModel("GET", "/ping"), hasSampleResponses: true };
const MOCK = `<mock-response status-code="202" content-type="application/json" />`;

describe("mock-response", () => {
  it("answers with the status and without a body where no response is described", async () => {
    const gateway = await PolicyGateway.start({ inbound: MOCK });
    expect(await gateway.call()).toMatchObject({
      status: 202,
      text: "",
      headers: { "content-type": ["application/json"] },
    });
  });

  it("is refused where an operation describes its responses", async () => {
    expect(await problemsOf({ inbound: MOCK, api: { operations: [DESCRIBED] } })).toEqual([
      `answers with the responses that ${DESCRIBED.address} describes, which is not simulated`,
    ]);
  });

  it("is refused in a revision where an operation describes its responses", async () => {
    const revision = {
      ...apiModel({ revision: "2", isCurrent: false, operations: [DESCRIBED] }),
      policy: policy("azurerm_api_management_api_policy.second", policyXml({ inbound: MOCK })),
    };
    expect(await problemsOf({ model: { revisions: [revision] } })).toEqual([
      `answers with the responses that ${DESCRIBED.address} describes, which is not simulated`,
    ]);
  });

  it("may stand on an operation beside one that describes its responses", async () => {
    const xml = policyXml({ inbound: MOCK });
    const operations = [operationModel("GET", "/other", xml), DESCRIBED];
    expect(await problemsOf({ api: { operations } })).toEqual([]);
  });
});
