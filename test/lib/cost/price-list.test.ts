import { checkPriceList, type ModelPrice } from "../../../lib/cost/price-list";
import { describeProblem, Problems } from "../../../lib/validation/problems";

const CHAT: ModelPrice = {
  model: "gpt-5.4",
  sku: "DataZoneStandard",
  from: "2026-04-01",
  source: "price list of 2026-04-01",
  inputPerMillion: 2.75,
  outputPerMillion: 16.5,
};

function problemsOf(prices: readonly Partial<ModelPrice>[], currency = "EUR"): readonly string[] {
  const problems = new Problems("stack/costs");
  checkPriceList({ currency, prices: prices.map((price) => ({ ...CHAT, ...price })) }, problems);
  return problems.all.map(describeProblem);
}

describe("checkPriceList", () => {
  it("takes prices by token and by hour, and a new price from a day on", () => {
    const unit = {
      sku: "ProvisionedManaged",
      inputPerMillion: undefined,
      outputPerMillion: undefined,
    } as const;
    expect(problemsOf([{}, { from: "2026-07-01" }, { ...unit, unitPerHour: 1 }])).toEqual([]);
  });

  it.each<[string, Partial<ModelPrice>, string]>([
    [
      "a day that is none",
      { from: "2026-13-01" },
      'from of the price of gpt-5.4 must be a date as YYYY-MM-DD, got "2026-13-01": write it as in 2027-03-31',
    ],
    [
      "no source",
      { source: " " },
      "source of the price of gpt-5.4 DataZoneStandard from 2026-04-01 must say where it was read, and when: name the page " +
        "or the answer of https://prices.azure.com/api/retail/prices",
    ],
    [
      "no price",
      { inputPerMillion: undefined },
      "price of gpt-5.4 DataZoneStandard from 2026-04-01 must have inputPerMillion: give the price of a million prompt tokens",
    ],
    [
      "an amount below nothing",
      { outputPerMillion: -1 },
      "outputPerMillion of gpt-5.4 DataZoneStandard from 2026-04-01 must be an amount from 0 to below 1000000, got -1: write " +
        "it in whole units of the currency, as in 2.75",
    ],
    [
      "a price by token of what is billed by the hour",
      { sku: "ProvisionedManaged", unitPerHour: 1 },
      "price of gpt-5.4 ProvisionedManaged from 2026-04-01 must not have inputPerMillion: leave it out: throughput is billed " +
        "by the hour",
    ],
    [
      "a price by the hour of what is billed by token",
      { unitPerHour: 1 },
      "price of gpt-5.4 DataZoneStandard from 2026-04-01 must be inputPerMillion and outputPerMillion: give prices of a million tokens",
    ],
  ])("refuses %s", (_what, price, problem) => {
    expect(problemsOf([price])).toEqual([problem]);
  });

  it("refuses two prices for one day, and a currency by its name", () => {
    expect(problemsOf([{}, {}], "Euro")).toEqual([
      'currency must be three capital letters (ISO 4217), got "Euro": write it as in EUR',
      'a model and SKU have one price from a day on, got "gpt-5.4 DataZoneStandard from 2026-04-01": remove one, or correct its day',
    ]);
  });
});
