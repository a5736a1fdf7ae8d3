import type { Problems } from "../validation";
import type { GatewaySku } from "./gateway-sku";

/**
 * Answers that are given again to whoever asked for them: to the same client and the same user of it, for the same
 * request to the same deployment by the same `api-version`. There is no way to leave the caller out.
 *
 * Every hit is authenticated, authorized and counted as a request first, and spends no tokens. Streams, requests with
 * tools and clients that send `Cache-Control: no-store` are never answered from it, and refusals, errors and filtered
 * answers are never kept.
 *
 * Source: https://learn.microsoft.com/azure/api-management/caching-overview
 */
export interface AnswerCache {
  /** `exact`: only a request that is the same, white space between members aside, in the gateway's own cache. */
  readonly kind: "exact";
  /** How long an answer is given again, in seconds, 1 to 86,400. */
  readonly durationSeconds: number;
  /**
   * Whether only requests with `"temperature": 0` are answered from it: others ask for another answer each time.
   * Embeddings have no temperature.
   *
   * @default false
   */
  readonly onlyAtTemperatureZero?: boolean;
  /**
   * Clients that are given each other's answers, all their users included, by the name of the group. What one of them
   * asks, the others can find out by asking the same.
   *
   * @default - none: each caller has its own
   */
  readonly sharedBy?: Readonly<Record<string, readonly string[]>>;
}

const MAX_DURATION_SECONDS = 86_400;
const GROUP_NAME = /^[a-z][a-z0-9-]{1,38}[a-z0-9]$/;

/** Reports a cache that could not be, or whose groups are not clear. */
export function checkAnswerCache(cache: AnswerCache, { tier, rules }: GatewaySku, problems: Problems): void {
  problems.check((cache.kind as string) === "exact", {
    rule: "cache.kind must be exact",
    value: cache.kind,
    remedy: "say so: what is only similar is another question",
  });
  problems.check(rules.generation !== "consumption", {
    rule: `tier ${tier} has no cache`,
    remedy: "choose another tier, or leave cache out",
  });
  problems.checkRange(cache.durationSeconds, 1, MAX_DURATION_SECONDS, {
    rule: `cache.durationSeconds must be a whole number from 1 to ${MAX_DURATION_SECONDS}`,
    remedy: "use the time for which an old answer does no harm, such as 300",
  });
  const owners = new Map<string, string>();
  for (const [group, clients] of Object.entries(cache.sharedBy ?? {})) {
    problems.checkLiteral(group, GROUP_NAME, {
      rule: "names of groups in cache.sharedBy must be literals of 3 to 40 lower-case letters, digits or '-'",
      remedy: "shorten or change it",
    });
    problems.check(new Set(clients).size > 1, {
      rule: `group '${group}' of cache.sharedBy must have two clients at least`,
      value: clients,
      remedy: "remove it: a client shares with itself already",
    });
    for (const client of new Set(clients)) {
      const other = owners.get(client);
      problems.check(other === undefined, {
        rule: "a client is in one group of cache.sharedBy at most",
        value: client,
        remedy: `leave it in '${other}' or in '${group}'`,
      });
      owners.set(client, group);
    }
  }
}

/** Reports clients of groups that the API does not have: a name that is misspelt would share with nobody. */
export function checkSharingClients(
  { sharedBy = {} }: AnswerCache,
  known: readonly string[],
  problems: Problems,
): void {
  for (const client of Object.values(sharedBy).flat()) {
    problems.check(known.includes(client), {
      rule: "clients in cache.sharedBy must be clients of the API",
      value: client,
      remedy: known.length > 0 ? `name some of ${known.join(", ")}` : "add them with gateway.addClient()",
    });
  }
}
