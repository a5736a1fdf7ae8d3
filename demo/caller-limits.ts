import type { ApiSettings, ClientSettings } from "../stacks/environment-settings";
import type { Caller } from "./target-environment";

/** What an API has unless settings say otherwise. */
const DEFAULT_LIMITS = { requestsPerMinute: 120, tokensPerMinute: 20_000 };

/** Limits of a caller: its own, else those of the API. */
export function limitsOf({
  api,
  client,
}: Pick<Caller, "api" | "client">): typeof DEFAULT_LIMITS &
  Pick<ApiSettings & ClientSettings, "tokenQuota" | "tokenQuotaPeriod"> {
  return { ...DEFAULT_LIMITS, ...api, ...client };
}
