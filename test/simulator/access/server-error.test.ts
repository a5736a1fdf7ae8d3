import { describeServerError } from "../../../simulator/access/server-error";
import type { RequestTrace } from "../../../simulator/sinks";

const TRACE: RequestTrace = {
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
const BACKEND_CALL = { host: "oai.openai.azure.com", method: "POST", path: "/openai" };
const LAST_ERROR = {
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
    [
      "the policy that failed",
      { lastError: LAST_ERROR },
      "500: authentication-managed-identity: no such identity",
    ],
    [
      "the simulator's own failure",
      { fault: "no such pattern", lastError: LAST_ERROR },
      "500: the simulator failed: no such pattern",
    ],
    [
      "the backend that answered",
      { status: 503, backendCalls: [{ ...BACKEND_CALL, status: 503 }] },
      "503: oai.openai.azure.com answered with 503",
    ],
    ["policies that return it", { status: 501 }, "501, which the policies return"],
  ])("names the cause: %s", (_cause, parts, expected) => {
    expect(describeServerError({ ...TRACE, ...parts })).toBe(expected);
  });

  it("says why a backend did not answer", () => {
    const backendCalls = [{ ...BACKEND_CALL, failure: "connection refused" }];
    expect(describeServerError({ ...TRACE, status: 502, backendCalls })).toBe(
      "502: oai.openai.azure.com did not answer: connection refused",
    );
  });
});
