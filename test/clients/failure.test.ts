import { APIConnectionError, APIError } from "openai";
import { failureLine } from "../../examples/clients/failure";

const BODY = { code: "forbidden", message: "The caller is not allowed to do this.", request_id: "7c1f" };

test("a refusal is told by status, code and request id", () => {
  const refusal = APIError.generate(403, { error: BODY }, undefined, new Headers());
  expect(failureLine(refusal)).toBe("403 forbidden: The caller is not allowed to do this. (request 7c1f)");
});

test("an answer that is not the gateway's own is told as far as it goes", () => {
  const answer = APIError.generate(502, undefined, "Bad Gateway", new Headers());
  expect(failureLine(answer)).toBe("502 Bad Gateway");
});

test("a connection that did not come about is told by its innermost reason", () => {
  const cause = new TypeError("fetch failed", { cause: new Error("self-signed certificate") });
  expect(failureLine(new APIConnectionError({ cause }))).toBe("No connection: self-signed certificate");
});

test("a reason without a message is told by its code", () => {
  const cause = Object.assign(new AggregateError([], ""), { code: "ECONNREFUSED" });
  expect(failureLine(new APIConnectionError({ cause }))).toBe("No connection: ECONNREFUSED");
});

test("anything else speaks for itself", () => {
  expect(failureLine(new Error("Set GATEWAY_SCOPE"))).toBe("Error: Set GATEWAY_SCOPE");
});
