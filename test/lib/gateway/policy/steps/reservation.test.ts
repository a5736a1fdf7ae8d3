import { ClientTable } from "../../../../../lib/gateway/policy/client-table";
import {
  checkReservation,
  limitReservation,
  reservationSteps,
} from "../../../../../lib/gateway/policy/steps/reservation";
import { elementsOf } from "../../../../support/policy-xml";
import { CLIENT } from "../../../auth/bind-strategy";
import { apiDescription, type ApiDescriptionOptions, application } from "../api-description";
import { parsed, valuesSet } from "./step-values";

function steps(options: ApiDescriptionOptions = {}): ReturnType<typeof parsed> {
  const api = apiDescription(options);
  const clients = new ClientTable(api);
  return parsed([...checkReservation(api, clients), ...limitReservation(api, clients)]);
}

describe("reservationSteps", () => {
  it("has two steps for each doubling, none above the limit", () => {
    expect(reservationSteps(400)).toEqual([64, 96, 128, 192, 256, 384]);
    expect(reservationSteps(63)).toEqual([]);
  });
});

describe("checkReservation and limitReservation", () => {
  it("count by literals: an expression would be counted once the answer has come", () => {
    const all = elementsOf(steps(), "rate-limit-by-key");
    const counters = all.filter((element) => !element.getAttribute("id")?.startsWith("limit-user"));
    expect(all).toHaveLength(2 * counters.length);
    expect(counters.map((element) => Number(element.getAttribute("increment-count")))).toEqual(
      reservationSteps(1_000),
    );
    for (const element of counters) {
      expect(element.getAttribute("calls")).toBe('@(((int)context.Variables["reservableTokens"]))');
      expect(element.hasAttribute("increment-condition")).toBe(false);
    }
  });

  it("hold each client to its own limit, and everybody else to the API's", () => {
    const limits = { reservedTokensPerMinute: 5_000 };
    const document = steps({ clients: [{ ...application("claims", CLIENT), rights: { limits } }] });
    expect(valuesSet(document, "reservableTokens")[0]?.replace(/\s+/g, " ")).toContain(
      'case "1": return 5000; default: return 1000;',
    );
  });

  it("count nothing where nobody is limited", () => {
    expect(elementsOf(steps({ limits: {} }), "rate-limit-by-key")).toEqual([]);
  });
});
