import {
  choose,
  type ChooseBranch,
  type CSharp,
  csharp,
  csharpJoin,
  csharpStrings,
  includeFragment,
  type PolicyElement,
  PolicyExpression,
  rateLimitByKey,
  setVariable,
  when,
} from "../../../policy";
import { CALLER, REQUEST_TEXT, variable } from "../caller";
import type { CallerLimitValues, ClientTable } from "../client-table";
import { ENCODED_CONTENT } from "../encoded-content";
import type { OpenAiApiDescription } from "../openai-api-description";
import { WAITS } from "../queued-operation";
import { REFUSAL, verdict } from "../refusal";
import { HAS_USER, ofUser } from "./limits";
import { operationTrait } from "./operation-table";
import { BODY, OUTPUT_TOKENS } from "./request-body";
import { MAX_OUTPUT_TOKENS, SPENDS_TOKENS } from "./routing";

/** `long`: tokens of output that the request asks for, of all its answers. */
const ASKED = "reservedOutputTokens";
/** `int`: tokens that the request counts for: a step of {@link reservationSteps}, 0 below the first. */
const STEP = "reservedTokensStep";

const WINDOW_SECONDS = 60;
/** Smaller requests reserve nothing to speak of: the limit of requests bounds them. */
const MIN_STEP = 64;
/** English text has a token in about so many characters. */
const CHARACTERS_PER_TOKEN = 4;
/** Steps that are tried one after the other. */
const GROUP_SIZE = 8;

/**
 * Refuses requests for more output than the deployment's model gives or the caller may reserve in a minute, and, where
 * they are to wait, than all that waits may take in one. Before anything is counted: such a request could never be
 * answered.
 */
export function checkReservation(api: OpenAiApiDescription, table: ClientTable): readonly PolicyElement[] {
  return [
    when(
      csharp`${SPENDS_TOKENS} && ${operationTrait("body")} == "json"`,
      setVariable(CALLER.tokenLimit, PolicyExpression.block(ofCaller(table, reserved))),
      setVariable(CALLER.tokenLimitOfUser, PolicyExpression.block(ofCaller(table, reservedByUser))),
      setVariable(ASKED, PolicyExpression.block(askedTokens())),
      setVariable(REFUSAL.verdict, PolicyExpression.block(tooMuch(api))),
      when(
        csharp`${variable(REFUSAL.verdict)} != ""`,
        setVariable(REFUSAL.detail, PolicyExpression.block(explanation(api))),
        includeFragment(api.refusalFragmentId),
      ),
    ),
  ];
}

/**
 * Counts what the request reserves against the caller's limit, at once: a limit on tokens that are spent notices a
 * burst only when it is over. An `increment-count` must be a literal for that, since API Management counts an
 * expression at the end of outbound; so there is one element for each step, of which one runs. Steps are rounded down:
 * no caller pays for what it did not ask, and none reserves more than 1.5 times its limit and one request beyond.
 */
export function limitReservation(
  { apiName }: OpenAiApiDescription,
  table: ClientTable,
): readonly PolicyElement[] {
  const limits = table.limits.map(({ reservedTokensPerMinute = 0 }) => reservedTokensPerMinute);
  const steps = reservationSteps(Math.max(...limits));
  const branches = steps.map((step): ChooseBranch => ({
    condition: csharp`((int)context.Variables[${STEP}]) == ${step}`,
    policies: [
      when(
        HAS_USER,
        rateLimitByKey({
          id: `limit-user-reserved-${step}`,
          counterKey: ofUser(`user-reserved/${apiName}/`),
          // A prompt may be longer than the user's limit: alone in its minute it passes.
          calls: csharp`Math.Max((int)context.Variables[${CALLER.tokenLimitOfUser}], ${step})`,
          incrementCount: step,
          renewalPeriodSeconds: WINDOW_SECONDS,
          retryAfterVariable: REFUSAL.retryAfter,
        }),
      ),
      rateLimitByKey({
        id: `limit-reserved-${step}`,
        counterKey: csharp`${`reserved/${apiName}/`} + ${variable(CALLER.clientId)}`,
        calls: csharp`((int)context.Variables[${CALLER.tokenLimit}])`,
        incrementCount: step,
        renewalPeriodSeconds: WINDOW_SECONDS,
        retryAfterVariable: REFUSAL.retryAfter,
      }),
    ],
  }));
  const [first, ...others] = inGroups(branches, steps);
  if (!first) {
    return [];
  }
  return [
    when(
      csharp`context.Variables.ContainsKey(${ASKED}) && ((int)context.Variables[${CALLER.tokenLimit}]) > 0`,
      setVariable(STEP, PolicyExpression.block(reservedStep())),
      when(csharp`((int)context.Variables[${STEP}]) > 0`, choose([first, ...others])),
    ),
  ];
}

/**
 * Branches are tried one after the other, and a request costs the conditions of all before its own: a group is passed
 * over with one.
 */
function inGroups(branches: readonly ChooseBranch[], steps: readonly number[]): readonly ChooseBranch[] {
  if (branches.length <= GROUP_SIZE) {
    return branches;
  }
  return Array.from({ length: Math.ceil(steps.length / GROUP_SIZE) }, (_, index): ChooseBranch => {
    const start = index * GROUP_SIZE;
    const members = branches.slice(start, start + GROUP_SIZE);
    const last = steps[start + members.length - 1] ?? 0;
    const [first, ...others] = members;
    return {
      condition: csharp`((int)context.Variables[${STEP}]) <= ${last}`,
      policies: first === undefined ? [] : [choose([first, ...others])],
    };
  });
}

/** Two steps for each doubling: 64, 96, 128, 192 … up to a limit. */
export function reservationSteps(limit: number): readonly number[] {
  const steps: number[] = [];
  for (let step = MIN_STEP; step <= limit; step *= 2) {
    steps.push(step, step + step / 2);
  }
  return steps.filter((step) => step <= limit);
}

/** C# statements that return what holds for the caller's limits. */
function ofCaller({ limits }: ClientTable, value: (limits: CallerLimitValues) => CSharp): CSharp {
  const [ofApi = csharp`0`, ...ofClients] = limits.map(value);
  const cases = ofClients.map((limit, index) => csharp`case ${String(index + 1)}: return ${limit};`);
  return cases.length === 0
    ? csharp`return ${ofApi};`
    : csharp`
        switch (${variable(CALLER.limits)}) {
          ${csharpJoin(cases, "\n")}
          default: return ${ofApi};
        }
      `;
}

function reserved({ reservedTokensPerMinute = 0 }: CallerLimitValues): CSharp {
  return csharp`${reservedTokensPerMinute}`;
}

function reservedByUser(limits: CallerLimitValues): CSharp {
  const { reservedTokensPerMinute = 0, reservedTokensPerMinutePerUser = reservedTokensPerMinute } = limits;
  return reservedTokensPerMinutePerUser >= reservedTokensPerMinute
    ? reserved(limits)
    : csharp`${HAS_USER} ? ${reservedTokensPerMinutePerUser} : ${reservedTokensPerMinute}`;
}

/** Azure takes the largest answer times the number of answers, for each prompt of several. */
function askedTokens(): CSharp {
  return csharp`
    var body = (JObject)context.Variables[${BODY}];
    var tokens = 0L;
    foreach (var name in ${csharpStrings(OUTPUT_TOKENS)}) {
      if (body[name] != null && body[name].Type == JTokenType.Integer) {
        tokens = Math.Max(tokens, (long)body[name]);
      }
    }
    var answers = 1L;
    foreach (var name in ${csharpStrings(["n", "best_of"])}) {
      if (body[name] != null && body[name].Type == JTokenType.Integer) {
        answers = Math.Max(answers, (long)body[name]);
      }
    }
    if (body["prompt"] != null && body["prompt"].Type == JTokenType.Array) {
      answers = answers * Math.Max(1, body["prompt"].Where(prompt => prompt.Type != JTokenType.Integer).Count());
    }
    return tokens * answers;
  `;
}

function tooMuch({ queue }: OpenAiApiDescription): CSharp {
  const ofQueue = queue
    ? csharp`
        if (${WAITS} && (long)context.Variables[${ASKED}] > ${queue.tokensPerMinute}) {
          return ${verdict("invalid_request", "queued-output-tokens")};
        }
      `
    : csharp``;
  return csharp`
    var body = (JObject)context.Variables[${BODY}];
    foreach (var name in ${csharpStrings(OUTPUT_TOKENS)}) {
      if (body[name] != null && body[name].Type == JTokenType.Integer && (int)body[name] > ${MAX_OUTPUT_TOKENS}) {
        return ${verdict("invalid_request", "body-output-tokens")};
      }
    }
    ${ofQueue}
    var limit = (int)context.Variables[${CALLER.tokenLimitOfUser}];
    return limit > 0 && (long)context.Variables[${ASKED}] > limit
      ? ${verdict("invalid_request", "output-tokens-above-limit")}
      : "";
  `;
}

/** All bounds are about the caller's own requests: what it may ask for is not a secret to it. */
function explanation({ queue }: OpenAiApiDescription): CSharp {
  const reservable = csharp`"\u0020tokens\u0020of\u0020output,\u0020and\u0020the\u0020caller\u0020may\u0020reserve\u0020"
        + context.Variables[${CALLER.tokenLimitOfUser}].ToString() + "\u0020tokens\u0020in\u0020a\u0020minute."`;
  const limit = queue
    ? csharp`(${variable(REFUSAL.verdict)} == ${verdict("invalid_request", "queued-output-tokens")}
        ? "\u0020tokens\u0020of\u0020output,\u0020and\u0020requests\u0020that\u0020wait\u0020may\u0020take\u0020"
          + ${String(queue.tokensPerMinute)} + "\u0020tokens\u0020in\u0020a\u0020minute,\u0020all\u0020together."
        : ${reservable})`
    : reservable;
  return csharp`
    var body = (JObject)context.Variables[${BODY}];
    var param = ${csharpStrings(OUTPUT_TOKENS)}.First(name =>
      body[name] != null && body[name].Type == JTokenType.Integer);
    var message = ${variable(REFUSAL.verdict)} == ${verdict("invalid_request", "body-output-tokens")}
      ? "At\u0020most\u0020" + ${MAX_OUTPUT_TOKENS}.ToString()
        + "\u0020tokens\u0020of\u0020output\u0020may\u0020be\u0020asked\u0020for\u0020here."
      : "The\u0020request\u0020asks\u0020for\u0020" + context.Variables[${ASKED}].ToString()
        + ${limit};
    return new JObject(
      new JProperty("code", "invalid_request"),
      new JProperty("message", message),
      new JProperty("param", param));
  `;
}

/** The largest step that is not above prompt and output, nor above the limit. */
function reservedStep(): CSharp {
  return csharp`
    var text = Regex.Replace(${variable(REQUEST_TEXT)}, ${ENCODED_CONTENT}, "");
    var tokens = Math.Min((int)context.Variables[${CALLER.tokenLimit}],
      text.Length / ${CHARACTERS_PER_TOKEN} + (long)context.Variables[${ASKED}]);
    if (tokens < ${MIN_STEP}) {
      return 0;
    }
    var step = ${MIN_STEP};
    while (step + step <= tokens) {
      step = step + step;
    }
    return step + step / 2 <= tokens ? step + step / 2 : step;
  `;
}
