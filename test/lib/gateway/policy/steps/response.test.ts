import { dressResponse, refuseErrors } from "../../../../../lib/gateway/policy/steps/response";
import { elementsOf } from "../../../../support/policy-xml";
import { parsed, valuesSet } from "./step-values";

const DOCUMENT = parsed([...refuseErrors("ai-gateway-refusal"), ...dressResponse()]);
const [VERDICT = ""] = valuesSet(DOCUMENT, "refusal");

describe("refuseErrors and dressResponse", () => {
  it.each([
    [400, "invalid_request"],
    [408, "upstream_timeout"],
    [429, "rate_limited"],
    [503, "upstream_unavailable"],
    [504, "upstream_timeout"],
  ])("maps status %d of the model service to '%s'", (status, code) => {
    expect(VERDICT).toMatch(new RegExp(`case ${status}:(?: case \\d+:)* return "${code}" \\+ rule;`));
  });

  it("maps every other failure of the model service to one error, its refusal of the gateway included", () => {
    expect(VERDICT).toContain('default: return "upstream_error" + rule;');
    expect(VERDICT).not.toMatch(/case 40[13]:/);
  });

  it("makes a deployment that the service does not know look like a forbidden one", () => {
    expect(VERDICT).toContain(
      `case 404: return (((string)context.Variables["operation"]).Split(':')[3] == "none" ? "not_found" : "forbidden")`,
    );
  });

  it("reads the response body only of a bad request, so that streams stay streams", () => {
    const reading = elementsOf(DOCUMENT, "when").filter((element) =>
      elementsOf(element, "set-variable").some((each) =>
        each.getAttribute("value")?.includes("Response.Body"),
      ),
    );
    expect(reading.map((element) => element.getAttribute("condition"))).toEqual([
      "@(context.Response.StatusCode < 200 || context.Response.StatusCode >= 300)",
      "@(context.Response.StatusCode == 400)",
    ]);
  });

  it("passes code, message and parameter of a bad request on, and nothing else", () => {
    const [detail = ""] = valuesSet(DOCUMENT, "refusalDetail");
    expect([...detail.matchAll(/new JProperty\("(\w+)"/g)].map(([, name]) => name)).toEqual([
      "code",
      "message",
      "param",
    ]);
  });

  it("deletes headers that say where and as what a request was served", () => {
    const deleted = elementsOf(DOCUMENT, "set-header")
      .filter((element) => element.getAttribute("exists-action") === "delete")
      .map((element) => element.getAttribute("name"));
    expect(deleted).toEqual(
      expect.arrayContaining([
        "Set-Cookie",
        "X-Powered-By",
        "apim-request-id",
        "x-ms-region",
        "x-ms-deployment-name",
      ]),
    );
  });
});
