import { operationModel } from "../../support/gateway-models";
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

  it("may stand on an operation beside one that describes its responses", async () => {
    const policy = `<policies><inbound>${MOCK}</inbound><backend><base /></backend><outbound /><on-error /></policies>`;
    const operations = [operationModel("GET", "/other", policy), DESCRIBED];
    expect(await problemsOf({ api: { operations } })).toEqual([]);
  });
});
