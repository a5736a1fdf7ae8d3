import { describeServerError } from "../../../simulator/access/server-error";
import type { RequestTrace } from "../../../simulator/sinks";

const trace: RequestTrace = {
  gateway: "gateway",
  requestId: "1",
  timestamp: 0,
  method: "POST",
  path: "/api",
  steps: [],
  backendCalls: [],
  variables: {},
  messages: [],
  status: 500,
  outcome: "completed",
  durationMs: 1,
};
const backendCall = { host: "oai.openai.azure.com", method: "POST", path: "/openai" };
const lastError = {
  source: "authentication-managed-identity",
  reason: null,
  message: "no such identity",
  scope: "api",
  section: "inbound",
  path: "authentication-managed-identity[1]",
  policyId: null,
};

describe("describeServerError", () => {
  it.each<[string, Partial<RequestTrace>, string]>([
    ["the policy that failed", { lastError }, "500: authentication-managed-identity: no such identity"],
    [
      "the simulator's own failure",
      { fault: "no such pattern", lastError },
      "500: the simulator failed: no such pattern",
    ],
    [
      "the backend that answered",
      { status: 503, backendCalls: [{ ...backendCall, status: 503 }] },
      "503: oai.openai.azure.com answered with 503",
    ],
    ["policies that return it", { status: 501 }, "501, which the policies return"],
  ])("names the cause: %s", (_cause, parts, expected) => {
    expect(describeServerError({ ...trace, ...parts })).toBe(expected);
  });

  it("says why a backend did not answer", () => {
    const backendCalls = [{ ...backendCall, failure: "connection refused" }];
    expect(describeServerError({ ...trace, status: 502, backendCalls })).toBe(
      "502: oai.openai.azure.com did not answer: connection refused",
    );
  });
});
