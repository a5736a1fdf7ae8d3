import { REFUSALS } from "../../../../lib/gateway/policy/refusal";
import { refusalFragment } from "../../../../lib/gateway/policy/refusal-fragment";
import { elementOf, elementsOf, parsePolicy, valuesOf } from "../../../support/policy-xml";

const FRAGMENT = parsePolicy(refusalFragment({ tripSeconds: 10 }).render());

function valueOf(variable: string): string {
  const element = elementsOf(FRAGMENT, "set-variable").find((each) => each.getAttribute("name") === variable);
  return element?.getAttribute("value") ?? "";
}

describe("refusalFragment", () => {
  it("is a fragment that API Management stores", () => {
    expect(refusalFragment({ tripSeconds: 10 }).problems()).toEqual([]);
  });

  it.each(Object.entries(REFUSALS))(
    "answers '%s' with its status and its fixed sentence",
    (code, { status, message }) => {
      expect(valueOf("refusalStatus")).toContain(`case "${code}": return ${status};`);
      expect(valueOf("refusalBody")).toContain(
        `case "${code}": message = "${message.replaceAll(" ", "\\u0020").replace("'", "\\u0027")}"; break;`,
      );
    },
  );

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

  it("challenges who is not authenticated or lacks a scope, and tells who was limited when to come back", () => {
    const branches = elementsOf(FRAGMENT, "when").map((branch) => [
      /\{ (.*) \}/.exec(branch.getAttribute("condition") ?? "")?.[1],
      elementsOf(branch, "set-header").at(-1)?.getAttribute("name"),
    ]);
    expect(branches).toEqual([
      ['"unauthorized", "insufficient_scope"', "WWW-Authenticate"],
      ['"rate_limited", "quota_exceeded", "upstream_unavailable"', "Retry-After"],
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
