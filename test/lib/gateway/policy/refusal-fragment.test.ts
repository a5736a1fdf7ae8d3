import {
  CHALLENGES,
  REFUSAL,
  type RefusalCode,
  REFUSALS,
  RETRY_LATER,
} from "../../../../lib/gateway/policy/refusal";
import { refusalFragment } from "../../../../lib/gateway/policy/refusal-fragment";
import { includeFragment } from "../../../../lib/policy/elements/include-fragment";
import { answerTo, REFUSAL_FRAGMENT } from "../../../support/policy-run";
import { elementOf, elementsOf, parsePolicy, valuesOf } from "../../../support/policy-xml";

const FRAGMENT = parsePolicy(refusalFragment({ tripSeconds: 10 }).render());

/** What a caller gets when policies have refused by a verdict. */
function refusedBy(verdict: string): ReturnType<typeof answerTo> {
  const fragment = { address: "fragment", name: REFUSAL_FRAGMENT, format: "rawxml" } as const;
  return answerTo({
    inbound: [includeFragment(REFUSAL_FRAGMENT)],
    variables: { [REFUSAL.verdict]: verdict },
    model: { fragments: [{ ...fragment, xml: refusalFragment({ tripSeconds: 10, queued: true }).render() }] },
  });
}

describe("refusalFragment", () => {
  it("is a fragment that API Management stores", () => {
    expect(refusalFragment({ tripSeconds: 10 }).problems()).toEqual([]);
  });

  it.each(Object.entries(REFUSALS))(
    "answers '%s' with its status and its fixed sentence",
    async (code, { status, message }) => {
      const answer = await refusedBy(`${code}:rule`);
      expect(answer.status).toBe(status);
      expect(JSON.parse(answer.text)).toEqual({
        error: { code, message, request_id: expect.any(String) as string },
      });
    },
  );

  it("knows of no queue where there is none", () => {
    const without = refusalFragment({ tripSeconds: 10 }).render();
    expect(without).not.toMatch(/queue|gone/i);
    expect(without).toContain("upstream_unavailable");
  });

  it("answers JSON that nobody stores", () => {
    for (const response of elementsOf(FRAGMENT, "return-response")) {
      const headers = elementsOf(response, "set-header").map(
        (header) => `${header.getAttribute("name")}: ${header.textContent?.trim()}`,
      );
      expect(headers).toEqual(
        expect.arrayContaining(["Content-Type: application/json", "Cache-Control: no-store"]),
      );
    }
  });

  it("challenges who is not authenticated or lacks a scope, and tells who was limited when to come back", async () => {
    const codes = Object.keys(REFUSALS) as RefusalCode[];
    const headers = await Promise.all(codes.map(async (code) => (await refusedBy(`${code}:rule`)).headers));
    const having = (name: string): readonly RefusalCode[] =>
      codes.filter((_, index) => name in (headers[index] ?? {}));
    expect(having("www-authenticate").toSorted()).toEqual([...CHALLENGES].sort());
    expect(having("retry-after").toSorted()).toEqual([...RETRY_LATER].sort());
    expect(CHALLENGES).toEqual(["unauthorized", "insufficient_scope"]);
    expect(RETRY_LATER).toEqual([
      "rate_limited",
      "quota_exceeded",
      "upstream_unavailable",
      "queue_unavailable",
    ]);
  });

  it("counts refusals by API, code, rule and client", () => {
    const metric = elementOf(FRAGMENT, "emit-metric");
    expect(metric.getAttribute("name")).toBe("Refusals");
    expect(elementsOf(metric, "dimension").map((element) => element.getAttribute("name"))).toEqual([
      "API",
      "Code",
      "Rule",
      "Client",
    ]);
  });

  it("never shows what went wrong inside", () => {
    expect(valuesOf(FRAGMENT).join()).not.toMatch(/LastError\.(Message|Path|Scope|Section|PolicyId)/);
  });
});
