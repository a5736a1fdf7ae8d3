import { type DeploymentSku, isProvisionedSku } from "../openai";
import { checkedDay, type Problems } from "../validation";

/** What a model costs from a day on. */
export interface ModelPrice {
  /** Model, such as `gpt-5.4`. */
  readonly model: string;
  /** What is billed, and where prompts may be processed: prices differ by it. */
  readonly sku: DeploymentSku;
  /** First day on which it holds, `YYYY-MM-DD`, in UTC. The first price of a model holds before as well. */
  readonly from: string;
  /** Where it was read, and when: whoever doubts a bill looks there. */
  readonly source: string;
  /** For a million prompt tokens. @default - it is billed by the hour */
  readonly inputPerMillion?: number;
  /**
   * For a million prompt tokens that the service still knew. Audit records say how many those are where the API has
   * `spending` and the answer is no stream; elsewhere they are counted at `inputPerMillion`: sums are never too low.
   *
   * @default - as `inputPerMillion`
   */
  readonly cachedInputPerMillion?: number;
  /** For a million completion tokens. @default 0 - the model has none */
  readonly outputPerMillion?: number;
  /** For one provisioned throughput unit and hour, with discounts of reservations. @default - it is billed by token */
  readonly unitPerHour?: number;
}

/** Prices in one currency. */
export interface PriceList {
  /** ISO 4217, such as `EUR`. */
  readonly currency: string;
  /** Prices of models, several of one model where they change. */
  readonly prices: readonly ModelPrice[];
}

/**
 * Reports prices that nothing can be computed from.
 *
 * @throws ValidationError with everything that is wrong with the list
 */
export function checkPriceList({ currency, prices }: PriceList, problems: Problems): void {
  problems.checkPattern(currency, /^[A-Z]{3}$/, {
    rule: "currency must be three capital letters (ISO 4217)",
    remedy: "write it as in EUR",
  });
  const seen = new Set<string>();
  for (const price of prices) {
    const name = `${price.model} ${price.sku} from ${price.from}`;
    checkedDay(problems, `from of the price of ${price.model}`, price.from);
    problems.check(!seen.has(name), {
      rule: "a model and SKU have one price from a day on",
      value: name,
      remedy: "remove one, or correct its day",
    });
    seen.add(name);
    problems.check(price.source.trim() !== "", {
      rule: `source of the price of ${name} must say where it was read, and when`,
      remedy: "name the page or the answer of https://prices.azure.com/api/retail/prices",
    });
    const byHour = isProvisionedSku(price.sku);
    problems.check(byHour === (price.unitPerHour !== undefined), {
      rule: `price of ${name} must be ${byHour ? "unitPerHour" : "inputPerMillion and outputPerMillion"}`,
      remedy: byHour ? "give the price of one unit and hour" : "give prices of a million tokens",
    });
    problems.check(byHour === (price.inputPerMillion === undefined), {
      rule: `price of ${name} must ${byHour ? "not have" : "have"} inputPerMillion`,
      remedy: byHour
        ? "leave it out: throughput is billed by the hour"
        : "give the price of a million prompt tokens",
    });
    const { inputPerMillion, cachedInputPerMillion, outputPerMillion, unitPerHour } = price;
    const amounts = { inputPerMillion, cachedInputPerMillion, outputPerMillion, unitPerHour };
    for (const [member, amount] of Object.entries(amounts)) {
      problems.check(amount === undefined || (Number.isFinite(amount) && amount >= 0 && amount < 1_000_000), {
        rule: `${member} of ${name} must be an amount from 0 to below 1000000`,
        value: amount,
        remedy: "write it in whole units of the currency, as in 2.75",
      });
    }
  }
}
