import type { Simulation } from "../simulator";
import type { ApiSettings } from "../stacks/environment-settings";
import type { AccessCase } from "./access-case";
import { limitsOf } from "./caller-limits";
import type { CredentialSource } from "./credential-source";
import { describedCase } from "./described-case";
import { type Facts, pick, unequal } from "./differences";
import { presentCredentials } from "./presented-credentials";
import { type Caller, differentCallers, type TargetEnvironment } from "./target-environment";

/** Where the gateway asks what callers have spent. */
const LOG_ANALYTICS = "api.loganalytics.io";
const MINUTE_MS = 60_000;
/** After which it asks again. */
const FRESH_MS = 15 * MINUTE_MS;
const MONTH_MS = 31 * 24 * 60 * MINUTE_MS;
/** As the machine's time goes on while a call runs. */
const NOW_SECONDS = 10;

/** What callers are told of their own use: the first of each way in, in environments with budgets. */
export function usageCases(
  simulation: Simulation,
  environment: TargetEnvironment,
  api: ApiSettings,
  source: CredentialSource,
): readonly AccessCase[] {
  if (environment.settings.budgets === undefined) {
    return [];
  }
  return differentCallers(environment, api).flatMap((caller) =>
    new Usage(simulation, environment, source, caller).all(),
  );
}

/** The cases of one caller: each ends in what is missing or too much, if anything is. */
class Usage {
  public constructor(
    private readonly simulation: Simulation,
    private readonly environment: TargetEnvironment,
    private readonly source: CredentialSource,
    private readonly caller: Caller,
  ) {}

  public all(): readonly AccessCase[] {
    return [
      this.case("what it has used", () => this.told()),
      this.case("what it has used, asked again", () => this.kept()),
      this.case("what it has used, while nobody can say", () => this.unknown()),
      // A month later, some have come to their end.
      ...(this.caller.client?.expires === undefined
        ? [this.case("what it has used, when nobody can say any more", () => this.old())]
        : []),
    ];
  }

  private case(how: string, differences: () => Promise<readonly string[]>): AccessCase {
    return describedCase(this.environment, this.caller, how, differences);
  }

  private async told(): Promise<readonly string[]> {
    this.simulation.forgetTraffic();
    this.simulation.clearRecords();
    const { status, headers, body } = await this.ask();
    const metadata = this.simulation.messages.at(-1)?.metadata ?? {};
    const { requestsPerMinute, tokensPerMinute, tokenQuota, tokenQuotaPeriod } = limitsOf(this.caller);
    const { monthlyAmount, atLimit } = this.caller.client?.contract?.budget ?? {};
    return [
      ...unequal("answer", { status }, { status: 200 }),
      ...unequal(
        "answer",
        {
          type: headers["content-type"],
          cache: headers["cache-control"],
          options: headers["x-content-type-options"],
          id: headers["x-request-id"],
        },
        {
          type: "application/json",
          cache: "no-store",
          options: "nosniff",
          id: metadata.RequestId,
        },
      ),
      ...(this.isNow(body.as_of) ? [] : [`use: as of ${String(body.as_of)}`]),
      ...unequal("use", pick(body, ["object", "client", "month", "currency", "budget"]), {
        object: "usage",
        client: metadata.Client,
        month: this.month(),
        currency: this.environment.settings.priceList?.currency,
        // One that is only watched is the owner's affair.
        budget: atLimit === "cutOff" ? monthlyAmount : null,
      }),
      ...unequal("limits", body.limits as Facts, {
        requests_per_minute: requestsPerMinute,
        tokens_per_minute: tokensPerMinute,
        ...(tokenQuota === undefined ? {} : { token_quota: tokenQuota }),
        ...(tokenQuotaPeriod === undefined ? {} : { token_quota_period: tokenQuotaPeriod.toLowerCase() }),
      }),
      ...unequal("record", pick(metadata, ["Status", "Operation", "Code"]), {
        Status: "200",
        Operation: "usage-get",
        Code: "none",
      }),
    ];
  }

  /** The workspace is asked once in a while. */
  private async kept(): Promise<readonly string[]> {
    const { clock } = this.simulation;
    this.simulation.forgetTraffic();
    const asked: unknown[] = [];
    for (const pause of [0, FRESH_MS - MINUTE_MS, MINUTE_MS]) {
      clock.advance(pause);
      asked.push((await this.ask()).body.as_of);
    }
    const [first, second, third] = asked;
    return [
      ...unequal("before it is old", { second }, { second: first }),
      // Of the machine's time, some may have passed.
      ...(Number(third) >= Number(first) + FRESH_MS / 1000 ? [] : ["it does not ask again"]),
    ];
  }

  /** It says so, refuses nobody, and asks again a minute later. */
  private async unknown(): Promise<readonly string[]> {
    const { network, clock } = this.simulation;
    this.simulation.forgetTraffic();
    network.setCertificateFault(LOG_ANALYTICS, "expired");
    let away: Facts;
    try {
      away = (await this.ask()).body;
    } finally {
      network.setCertificateFault(LOG_ANALYTICS, undefined);
    }
    clock.advance(MINUTE_MS / 2);
    const soon = (await this.ask()).body;
    clock.advance(MINUTE_MS / 2);
    const later = (await this.ask()).body;
    return [
      ...unequal("while nobody can say", pick(away, ["month", "as_of", "requests", "spent", "budget"]), {
        month: this.month(),
        as_of: null,
        requests: null,
        spent: null,
        budget: null,
      }),
      ...unequal("soon", pick(soon, ["as_of"]), { as_of: null }),
      ...(this.isNow(later.as_of) ? [] : ["a minute later, it does not ask again"]),
    ];
  }

  /** What was known is told until the month is over, and not in the next. */
  private async old(): Promise<readonly string[]> {
    const { network, clock } = this.simulation;
    this.simulation.forgetTraffic();
    const before = this.month();
    const known = (await this.ask()).body;
    network.setCertificateFault(LOG_ANALYTICS, "expired");
    try {
      clock.advance(FRESH_MS);
      const old = (await this.ask()).body;
      const isSameMonth = this.month() === before;
      clock.advance(MONTH_MS);
      const next = (await this.ask()).body;
      return [
        ...unequal(
          "an old answer",
          pick(old, ["as_of", "spent", "currency"]),
          isSameMonth
            ? pick(known, ["as_of", "spent", "currency"])
            : { as_of: null, spent: null, currency: null },
        ),
        ...unequal("the next month", pick(next, ["month", "as_of", "spent"]), {
          month: this.month(),
          as_of: null,
          spent: null,
        }),
      ];
    } finally {
      network.setCertificateFault(LOG_ANALYTICS, undefined);
    }
  }

  private month(): string {
    return this.simulation.clock.date().toISOString().slice(0, 7);
  }

  /** Whether that second has just been. */
  private isNow(second: unknown): boolean {
    return Math.abs(Number(second) - this.simulation.clock.now() / 1000) < NOW_SECONDS;
  }

  private async ask(): Promise<{ readonly status: number; readonly headers: Facts; readonly body: Facts }> {
    const { headers, certificate } = await presentCredentials(this.source, this.caller, { headers: {} });
    const answer = await this.simulation.perform(`/${this.caller.api.path}/openai/usage`, {
      method: "GET",
      headers: headers ?? {},
      certificate,
    });
    const told = Object.entries(answer.headers).map(([name, value]) => [name, value?.toString()] as const);
    return {
      status: answer.status,
      headers: Object.fromEntries(told),
      body: answer.body === "" ? {} : (JSON.parse(answer.body) as Facts),
    };
  }
}
