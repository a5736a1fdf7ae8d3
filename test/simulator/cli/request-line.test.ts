import type { PolicyStep, RequestTrace } from "../../../simulator";
import { faultLines, requestLine, stepLines } from "../../../simulator/cli/request-line";

const STEP: PolicyStep = {
  element: "validate-jwt",
  id: "authenticate",
  position: {
    address: "api",
    scope: "api",
    section: "inbound",
    line: 3,
    column: 1,
    path: "choose[1]\\when[1]",
  },
  outcome: "failed",
  durationMs: 1.25,
  detail: { rejected: "TokenExpired" },
};
const TRACE: RequestTrace = {
  gateway: "apim",
  requestId: "1",
  timestamp: Date.parse("2026-11-21T08:09:10Z"),
  method: "POST",
  path: "/assistant/openai/deployments/chat/chat/completions",
  steps: [STEP],
  backendCalls: [],
  variables: { callerClientId: "claims" },
  messages: ["looked twice"],
  status: 200,
  outcome: "completed",
  durationMs: 12.4,
};

describe("requestLine", () => {
  it("tells when, how answered, how long, what and whose", () => {
    expect(requestLine(TRACE)).toBe(
      "08:09:10    200     12 ms  POST   …penai/deployments/chat/chat/completions  claims",
    );
  });

  it("fits into 100 columns, whatever the path and the caller", () => {
    const long = "x".repeat(300);
    const wide = {
      ...TRACE,
      path: `/${long}`,
      variables: { callerClientId: long },
      durationMs: 99_999,
      method: long,
    };
    expect(requestLine(wide).length).toBeLessThanOrEqual(100);
  });

  it("says how a request ended that was not answered in full", () => {
    expect(requestLine({ ...TRACE, outcome: "clientDisconnected", status: undefined })).toMatch(
      /^08:09:10 +left /,
    );
  });

  it("writes what a caller sent without the characters that steer a terminal", () => {
    expect(requestLine({ ...TRACE, path: "/\u001b[2J\r\n" })).not.toMatch(/\p{Cc}/u);
  });
});

describe("faultLines", () => {
  it("says what the simulator could not do, without a stack trace", () => {
    expect(faultLines({ ...TRACE, fault: "policy:1:1: it does not support \\G\n    at x" })).toEqual([
      "    ! the simulator failed: policy:1:1: it does not support \\G",
    ]);
  });

  it("says nothing of other requests", () => {
    expect(faultLines(TRACE)).toEqual([]);
  });
});

describe("stepLines", () => {
  it("shows each policy with its section, its depth and what it tells", () => {
    expect(stepLines(TRACE)).toEqual([
      "  ✗ inbound    validate-jwt#authenticate 1.3 ms rejected=TokenExpired",
      "    “looked twice”",
    ]);
  });

  it("shows where backends were called, and the error", () => {
    const lines = stepLines({
      ...TRACE,
      steps: [],
      messages: [],
      backendCalls: [{ host: "aoai.example", method: "POST", path: "/x", failure: "ECONNREFUSED" }],
      lastError: {
        source: "forward-request",
        reason: "BackendConnectionFailure",
        message: "refused",
      } as NonNullable<RequestTrace["lastError"]>,
    });
    expect(lines).toEqual([
      "    → POST aoai.example/x: ECONNREFUSED",
      "    ! forward-request BackendConnectionFailure: refused",
    ]);
  });
});
