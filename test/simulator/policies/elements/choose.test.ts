import { apiModel, gatewayModel, policyXml } from "../../support/gateway-models";
import { RunningGateway } from "../../support/running-gateway";

function start(content: string): Promise<RunningGateway> {
  const inbound = `<choose>${content}</choose><mock-response status-code="299" />`;
  return RunningGateway.start(gatewayModel({ apis: [apiModel({ policyXml: policyXml({ inbound }) })] }));
}

const when = (condition: string, status: number): string =>
  `<when condition="${condition}"><mock-response status-code="${status}" /></when>`;

describe("choose", () => {
  it.each([
    ["the first branch that holds", when("false", 201) + when("true", 202) + when("true", 203), 202],
    [
      "otherwise when none holds",
      `${when("false", 201)}<otherwise><mock-response status-code="204" /></otherwise>`,
      204,
    ],
    ["nothing when none holds", when("false", 201), 299],
    ["nothing in an empty branch", `<when condition="true" />`, 299],
  ])("runs %s", async (_what, content, status) => {
    expect((await (await start(content)).call("/api/ping")).status).toBe(status);
  });

  it("gives nested policies their path", async () => {
    const gateway = await start(when("false", 201) + when("true", 202));
    await gateway.call("/api/ping");
    expect(gateway.sinks.traces[0]?.steps).toMatchObject([
      { element: "choose", detail: { branch: "when[2]" } },
      { element: "mock-response", position: { path: "choose[1]\\when[2]\\mock-response[1]" } },
    ]);
  });

  it.each([
    ["a condition that is not a boolean", when("maybe", 200), "attribute 'condition' is 'maybe'"],
    ["otherwise before when", `<otherwise />${when("true", 200)}`, "comes too late"],
    ["a second otherwise", `${when("true", 200)}<otherwise /><otherwise />`, "holds at most 1 <otherwise>"],
  ])("refuses %s", async (_what, content, problem) => {
    await expect(start(content)).rejects.toThrow(problem);
  });
});
