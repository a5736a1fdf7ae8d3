import { dressResponse, refuseErrors } from "../../../../../lib/gateway/policy/steps/response";
import { FixedBackend } from "../../../../simulator/support/running-gateway";
import { REFUSAL_FRAGMENT, runOutbound } from "../../../../support/policy-run";
import { elementsOf } from "../../../../support/policy-xml";
import { parsed } from "./step-values";

const DOCUMENT = parsed([...refuseErrors("ai-gateway-refusal"), ...dressResponse({}, { limits: [] })]);

/** What an answer of the model service becomes. */
async function refusalOf(
  status: number,
  operation = "chat:dated:json:path:api-version",
): Promise<string | undefined> {
  const answers = new FixedBackend(status, "{}");
  return (await runOutbound(refuseErrors(REFUSAL_FRAGMENT), { answers, variables: { operation } })).refusal;
}

/** What a caller may know of the body of a bad request. */
async function detailOf(body: string): Promise<string | undefined> {
  const [policy] = refuseErrors("without-answer");
  const { variables } = await runOutbound(policy ? [policy] : [], {
    answers: new FixedBackend(400, body),
    variables: { operation: "chat:dated:json:path:api-version" },
    model: { fragments: [{ address: "f", name: "without-answer", format: "rawxml", xml: "<fragment />" }] },
    read: ["refusalDetail"],
  });
  return variables.refusalDetail;
}

describe("refuseErrors and dressResponse", () => {
  it.each([
    [400, "invalid_request"],
    [408, "upstream_timeout"],
    [409, "invalid_request"],
    [413, "request_too_large"],
    [415, "unsupported_media_type"],
    [422, "invalid_request"],
    [429, "rate_limited"],
    [503, "upstream_unavailable"],
    [504, "upstream_timeout"],
  ])("maps status %d of the model service to '%s'", async (status, code) => {
    expect(await refusalOf(status)).toBe(`${code}:backend-${status}`);
  });

  it.each([401, 403, 418, 500, 502])(
    "maps every other failure of the model service to one error, its refusal of the gateway included: %d",
    async (status) => {
      expect(await refusalOf(status)).toBe(`upstream_error:backend-${status}`);
    },
  );

  it("lets success pass", async () => {
    expect(await refusalOf(200)).toBeUndefined();
  });

  it("makes a deployment that the service does not know look like a forbidden one", async () => {
    expect(await refusalOf(404)).toBe("forbidden:backend-404");
    expect(await refusalOf(404, "models:v1:none:none:")).toBe("not_found:backend-404");
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

  it("passes code, message and parameter of a bad request on, and nothing else", async () => {
    const error = { code: "too_long", message: "Too long", param: "input", innererror: { region: "x" } };
    const detail = await detailOf(JSON.stringify({ error, region: "x" }));
    expect(JSON.parse(detail ?? "")).toEqual({ code: "too_long", message: "Too long", param: "input" });
  });

  it("passes the findings of a content filter on", async () => {
    const content_filter_result = { hate: { filtered: true, severity: "high" } };
    const innererror = { code: "ResponsibleAIPolicyViolation", content_filter_result, region: "x" };
    const detail = await detailOf(
      JSON.stringify({ error: { code: "content_filter", message: "x", innererror } }),
    );
    expect(JSON.parse(detail ?? "")).toMatchObject({
      innererror: { code: "ResponsibleAIPolicyViolation", content_filter_result },
    });
    expect(detail).not.toContain("region");
  });

  it.each(["no JSON", "[]", '{"error":"a text"}', '{"error":{"code":"x"}}'])(
    "passes nothing of %s on",
    async (body) => {
      expect(await detailOf(body)).toBe("");
    },
  );

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
