import { booleanAttribute, choiceAttribute, numberAttribute } from "../document/attribute-values";
import { counterFingerprint, counterKey } from "../limits/counter-key";
import { KeyedRateCounter } from "../limits/keyed-rate-counter";
import { QuotaCounters } from "../limits/quota-counters";
import { CALENDAR_UNITS, calendarPeriod, type QuotaPeriod, secondsUntilEnd } from "../limits/quota-period";
import type { Rate } from "../limits/rate-counter";
import type { PolicyCompiler } from "../policy-compiler";
import { PolicyError } from "../policy-error";
import type { MutableHeaders, PolicyExecution } from "../policy-execution";
import { LanguageModelRequest } from "./language-model-request";
import { isEventStream, isJson, streamUsageOf, usageOf } from "./language-model-usage";
import { tokenCounter } from "./token-count";
import { TOKEN_LIMIT_REPORT_ATTRIBUTES, tokenLimitReport } from "./token-limit-report";

const MINUTE_MS = 60_000;

interface TokenLimitProps {
  readonly name: string;
  /** Whether the quota may be computed. */
  readonly quotaExpressions: boolean;
}

/**
 * Limits the tokens of a key per minute (429) and per calendar period (403). A call is charged with the usage its
 * answer reports, so one call may overshoot and later ones wait; a stream without usage is charged by an estimate.
 * With `estimate-prompt-tokens`, and for streams, a prompt that does not fit is refused up front. A failed call
 * costs nothing; one the client breaks off costs the prompt and what had come.
 * Source: https://learn.microsoft.com/azure/api-management/llm-token-limit-policy
 */
export function tokenLimit({ name, quotaExpressions }: TokenLimitProps): PolicyCompiler {
  return {
    name,
    sections: ["inbound"],
    gateways: ["classic", "v2"],
    shape: {
      attributes: {
        "counter-key": { required: true, expression: true },
        "tokens-per-minute": { expression: true, type: "integer", min: 1 },
        "token-quota": { expression: quotaExpressions, type: "integer", min: 1 },
        "token-quota-period": { expression: quotaExpressions, values: CALENDAR_UNITS },
        "estimate-prompt-tokens": { required: true, expression: true, type: "boolean" },
        ...TOKEN_LIMIT_REPORT_ATTRIBUTES,
      },
    },
    compile(element, compilation) {
      const { attributes } = element;
      const hasRate = attributes.has("tokens-per-minute");
      const hasQuota = attributes.has("token-quota");
      if (!hasRate && !hasQuota) {
        compilation.refuse("needs 'tokens-per-minute', or 'token-quota' with 'token-quota-period', or both");
      }
      if (hasQuota !== attributes.has("token-quota-period")) {
        compilation.refuse("needs 'token-quota' and 'token-quota-period' together");
      }
      const whole = { min: 1, integer: true };
      const key = counterKey(element, compilation);
      const tokensPerMinute = numberAttribute(element, "tokens-per-minute", compilation, whole, 1);
      const quota = numberAttribute(element, "token-quota", compilation, whole, 1);
      const unit = choiceAttribute(element, "token-quota-period", compilation, CALENDAR_UNITS, "Hourly");
      const estimates = booleanAttribute(element, "estimate-prompt-tokens", compilation, false);
      const report = tokenLimitReport(element, compilation);

      const limit = (execution: PolicyExecution, request: LanguageModelRequest | undefined): void => {
        const estimating = request !== undefined && (estimates(execution) || request.streams);
        const countTokens = tokenCounter();
        const estimate = estimating ? request.estimatePromptTokens(countTokens) : 0;
        const counter = key(execution);
        const minute = hasRate ? new MinuteLimit(execution, counter, tokensPerMinute(execution)) : undefined;
        const period = hasQuota
          ? new PeriodLimit(execution, counter, quota(execution), unit(execution))
          : undefined;
        const remaining = (): { readonly tokens?: number; readonly quotaTokens?: number } => ({
          tokens: minute?.remaining(),
          quotaTokens: period?.remaining(),
        });
        execution.trace(
          // Much faster than spreads that add members.
          Object.assign({ counter: counterFingerprint(counter) }, minute?.told, period?.told, {
            estimatedPromptTokens: estimate,
            ...remaining(),
          }),
        );

        const refusal = minute?.refusal(estimate) ?? period?.refusal(estimate);
        if (refusal !== undefined) {
          const { status, reason, message, retryAfter } = refusal;
          const headers = report.exceeded(execution, remaining(), retryAfter);
          throw new PolicyError(name, reason, message, { status, message, headers });
        }
        report.passed(execution, remaining(), estimate);
        const usage = (headers: MutableHeaders, body: Uint8Array): number =>
          isEventStream(headers)
            ? streamUsageOf(body, estimate, countTokens).totalTokens
            : (usageOf(body)?.totalTokens ?? estimate);
        chargeAfterwards(execution, usage, (tokens) => {
          minute?.charge(tokens);
          period?.charge(tokens);
          execution.trace({ consumedTokens: tokens });
          report.charged(execution, remaining(), tokens);
        });
      };
      return (execution) => {
        const request = LanguageModelRequest.read(execution.request);
        return request instanceof Promise
          ? request.then((read) => limit(execution, read))
          : limit(execution, request);
      };
    },
  };
}

interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly message: string;
  /** Seconds; none when waiting does not help. */
  readonly retryAfter?: number;
}

class MinuteLimit {
  private readonly counter: KeyedRateCounter;
  private readonly rate: Rate;

  public constructor({ services }: PolicyExecution, key: string, tokensPerMinute: number) {
    this.counter = KeyedRateCounter.of(services, "token-limit", key);
    this.rate = { units: tokensPerMinute, periodMs: MINUTE_MS };
  }

  /** What a trace says of the limit. */
  public get told(): Readonly<Record<string, unknown>> {
    return { tokensPerMinute: this.rate.units };
  }

  public remaining(): number {
    return Math.max(0, this.counter.remaining(this.rate));
  }

  public charge(tokens: number): void {
    this.counter.take(tokens, this.rate);
  }

  public refusal(estimate: number): Refusal | undefined {
    const seconds = this.counter.secondsUntil(Math.max(1, estimate), this.rate);
    if (seconds === 0) {
      return undefined;
    }
    const waits = seconds !== Infinity;
    const message = `Token limit is exceeded.${waits ? ` Try again in ${seconds} seconds.` : ""}`;
    return { status: 429, reason: "TokenLimitExceeded", message, retryAfter: waits ? seconds : undefined };
  }
}

class PeriodLimit {
  private readonly counters: QuotaCounters;
  private readonly period: QuotaPeriod;

  public constructor(
    private readonly execution: PolicyExecution,
    private readonly key: string,
    private readonly quota: number,
    private readonly unit: (typeof CALENDAR_UNITS)[number],
  ) {
    const { services } = execution;
    this.counters = QuotaCounters.of(services, `token-quota ${unit}`);
    this.period = calendarPeriod(unit, services.clock.now());
  }

  /** What a trace says of the limit. */
  public get told(): Readonly<Record<string, unknown>> {
    return { tokenQuota: this.quota, tokenQuotaPeriod: this.unit };
  }

  public remaining(): number {
    return Math.max(0, this.quota - this.counters.used(this.key, this.period));
  }

  public charge(tokens: number): void {
    this.counters.add(this.key, this.period, tokens);
  }

  public refusal(estimate: number): Refusal | undefined {
    if (this.remaining() >= Math.max(1, estimate)) {
      return undefined;
    }
    const retryAfter = secondsUntilEnd(this.period, this.execution.services.clock.now()) ?? 0;
    const message = `Token quota is exceeded. Try again in ${durationText(retryAfter)}.`;
    return { status: 403, reason: "TokenQuotaExceeded", message, retryAfter };
  }
}

/** Charges once: a JSON answer before outbound runs, a stream when it ends, a failed call not at all. */
function chargeAfterwards(
  execution: PolicyExecution,
  usage: (headers: MutableHeaders, body: Uint8Array) => number,
  charge: (tokens: number) => void,
): void {
  let charged = false;
  const chargeOnce = (status: number, headers: MutableHeaders, body: Uint8Array): void => {
    if (!charged && status < 400) {
      charged = true;
      charge(usage(headers, body));
    }
  };
  execution.beforeOutbound(async () => {
    const { response } = execution;
    if (response !== undefined && isJson(response.headers)) {
      chargeOnce(response.status, response.headers, await response.readBody());
    }
  });
  execution.onResponseComplete(({ status, headers, body }) => chargeOnce(status, headers, body));
}

/** `2 hours, 21 minutes and 33 seconds`, without the units in front that are zero. */
function durationText(seconds: number): string {
  const parts = [
    `${Math.floor(seconds / 86400)} days`,
    `${Math.floor(seconds / 3600) % 24} hours`,
    `${Math.floor(seconds / 60) % 60} minutes`,
    `${seconds % 60} seconds`,
  ];
  const first = parts.findIndex((part) => !part.startsWith("0 "));
  const shown = parts.slice(first < 0 ? -1 : first);
  const last = shown.pop() ?? "";
  return shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}
