import type { Problems, SecurityOptOuts } from "../validation";
import type { IGatewayService } from "./gateway-service";
import type { OpenAiOperationGroup } from "./policy/openai-operation";
import type { ISemanticCache } from "./semantic-cache";

/**
 * Answers that are given again to whoever asked for them: to the same client and the same user of it. There is no way
 * to leave the caller out.
 *
 * Every hit is authenticated, authorized and counted as a request first, and spends no tokens. Streams, requests with
 * tools and clients that send `Cache-Control: no-store` are never answered from it, and refusals, errors and filtered
 * answers are never kept.
 *
 * Source: https://learn.microsoft.com/azure/api-management/caching-overview
 */
export type AnswerCache = ExactAnswerCache | SemanticAnswerCache;

/** What both kinds of cache have. */
export interface AnswerCacheOptions {
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

/**
 * Answers to the same request to the same deployment by the same `api-version`, white space between members aside, in
 * the gateway's own cache.
 */
export interface ExactAnswerCache extends AnswerCacheOptions {
  /** The same request only. */
  readonly kind: "exact";
}

/**
 * Answers to questions that mean nearly the same, to the same deployment by the same `api-version`. Only the words of
 * one question may differ: system messages, all parameters and the numbers of the question are the same. Conversations,
 * pictures and long questions are not cached. Holds for chat completions; other operations of the API are not cached.
 *
 * Source: https://learn.microsoft.com/azure/api-management/azure-openai-enable-semantic-caching
 */
export interface SemanticAnswerCache extends AnswerCacheOptions {
  /** Requests that mean nearly the same as well. */
  readonly kind: "semantic";
  /** Where answers are kept and questions are compared: that of the API's gateway. */
  readonly semanticCache: ISemanticCache;
  /**
   * How far the meaning of a kept question may be: a cosine distance, of which 0 is the same. More than 0.2, up to 1,
   * takes the opt-out `api-distant-answers`.
   *
   * @default 0.05
   */
  readonly maxDistance?: number;
  /**
   * Longer questions are not cached: the longer two texts are, the less a difference counts. 1 to 8,000 characters.
   *
   * @default 1000
   */
  readonly maxQuestionCharacters?: number;
}

/** Values of options that are left out. */
export const ANSWER_CACHE_DEFAULTS = { maxDistance: 0.05, maxQuestionCharacters: 1_000 } as const;

const MAX_DURATION_SECONDS = 86_400;
/** Beyond it, questions about different things are as near to each other as the same one in other words. */
const MAX_DISTANCE = 0.2;
/** About as much as models for embeddings read. */
const MAX_QUESTION_CHARACTERS = 8_000;
const GROUP_NAME = /^[a-z][a-z0-9-]{1,38}[a-z0-9]$/;

/** The API that a cache is for. */
export interface CachedApi {
  readonly gateway: IGatewayService;
  readonly operations: readonly OpenAiOperationGroup[];
  readonly optOuts: SecurityOptOuts;
}

/** Reports a cache that could not be, or whose groups are not clear. */
export function checkAnswerCache(cache: AnswerCache, api: CachedApi, problems: Problems): void {
  const { tier, rules } = api.gateway.sku;
  problems.check(["exact", "semantic"].includes(cache.kind), {
    rule: "cache.kind must be exact or semantic",
    value: cache.kind,
    remedy: "say whether a question that is only similar is the same",
  });
  problems.check(rules.generation !== "consumption", {
    rule: `tier ${tier} has no cache`,
    remedy: "choose another tier, or leave cache out",
  });
  problems.checkRange(cache.durationSeconds, 1, MAX_DURATION_SECONDS, {
    rule: `cache.durationSeconds must be a whole number from 1 to ${MAX_DURATION_SECONDS}`,
    remedy: "use the time for which an old answer does no harm, such as 300",
  });
  if (cache.kind === "semantic") {
    checkSimilarity(cache, api, problems);
  }
  checkGroups(cache, problems);
}

function checkSimilarity(
  cache: SemanticAnswerCache,
  { gateway, operations, optOuts }: CachedApi,
  problems: Problems,
): void {
  const { maxDistance = ANSWER_CACHE_DEFAULTS.maxDistance, semanticCache } = cache;
  const isDistant = optOuts.has("api-distant-answers");
  problems.check(maxDistance >= 0 && maxDistance <= (isDistant ? 1 : MAX_DISTANCE), {
    rule: `cache.maxDistance must be a distance from 0, the same meaning, to ${isDistant ? 1 : MAX_DISTANCE}`,
    value: maxDistance,
    remedy: isDistant
      ? "use a smaller one"
      : "use a smaller one, such as 0.05, or give the opt-out 'api-distant-answers'",
  });
  problems.checkRange(
    cache.maxQuestionCharacters ?? ANSWER_CACHE_DEFAULTS.maxQuestionCharacters,
    1,
    MAX_QUESTION_CHARACTERS,
    {
      rule: `cache.maxQuestionCharacters must be a whole number from 1 to ${MAX_QUESTION_CHARACTERS}`,
      remedy: "use the length of a question, such as 1000",
    },
  );
  problems.check(semanticCache.gateway === gateway, {
    rule: "cache.semanticCache must be that of the API's gateway",
    value: semanticCache.node.path,
    remedy: "make a SemanticCache for this gateway",
  });
  problems.check(operations.includes("chat"), {
    rule: "a semantic cache answers chat completions, which the API must publish",
    value: operations,
    remedy: "add chat to operations, or use kind exact",
  });
}

function checkGroups({ sharedBy = {} }: AnswerCache, problems: Problems): void {
  const owners = new Map<string, string>();
  for (const [group, clients] of Object.entries(sharedBy)) {
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
