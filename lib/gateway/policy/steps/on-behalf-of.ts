import { TOKEN_VARIABLE } from "../../../auth";
import {
  type CSharp,
  csharp,
  csharpJoin,
  csharpStrings,
  type PolicyElement,
  PolicyExpression,
  setVariable,
  terraformText,
} from "../../../policy";
import { CALLER, ON_BEHALF_HEADERS, QUEUED, variable, variableOrEmpty } from "../caller";
import type { OpenAiApiDescription, QueueDescription } from "../openai-api-description";
import { WAITS } from "../queued-operation";
import { refuseIf, verdict } from "../refusal";
import { operationTrait } from "./operation-table";
import { QUEUED_ID } from "./queued-request";

/** `AuthMethod` of requests that a worker makes for somebody. */
const METHOD = "on-behalf-of";
/**
 * Characters of a name as headers carry it, percent-encoded: of a client, and of a user. Longer ones are refused before
 * they wait, since nobody could ask for them afterwards.
 */
export const MAX_NAMES = { client: 1_024, user: 2_048 } as const;

/** C# `bool`: whether the request says that it is somebody else's. */
export const CLAIMS_BEHALF: CSharp = csharp`context.Request.Headers.ContainsKey(${ON_BEHALF_HEADERS.client})
  || context.Request.Headers.ContainsKey(${ON_BEHALF_HEADERS.user})
  || context.Request.Headers.ContainsKey(${ON_BEHALF_HEADERS.id})`;

/** C# `bool`: whether the queue's worker asks, verified. */
export const IS_ON_BEHALF: CSharp = csharp`${variableOrEmpty(QUEUED.client)} != ""`;

/**
 * Authenticates the worker of a queue, apart from the API's own callers, as the one principal that it is. Only then what
 * it says of its caller counts; whether that caller may be here is decided afterwards, as for everybody. A user is one of
 * an issuer that the API takes now, whenever the request came.
 */
export function authenticateWorker(
  { auth, refusalFragmentId }: OpenAiApiDescription,
  { worker, groups }: QueueDescription,
): readonly PolicyElement[] {
  const [issuer] = worker.issuers;
  if (!issuer) {
    throw new Error("a worker's tokens have an issuer");
  }
  const userIssuers = auth.authenticators.flatMap((each) =>
    each.credential === "token" ? each.issuers.map((of) => of.issuer) : [],
  );
  const header = (name: string): CSharp => csharp`context.Request.Headers.GetValueOrDefault(${name}, "")`;
  const text = (name: string): CSharp => csharp`Uri.UnescapeDataString(${header(name)})`;
  return [
    issuer.validation,
    ...refuseIf(
      refusalFragmentId,
      csharp`
        var token = (Jwt)context.Variables[${TOKEN_VARIABLE}];
        ${csharpJoin(
          worker.conditions.map(
            ({ holds, refusal, rule }) => csharp`if (!(${holds})) { return ${verdict(refusal, rule)}; }`,
          ),
          "\n",
        )}
        if (${WAITS} || !${csharpStrings(groups)}.Contains(${operationTrait("group")})) {
          return ${verdict("forbidden", "on-behalf-of-operation")};
        }
        if (!Regex.IsMatch(${header(ON_BEHALF_HEADERS.id)}, ${QUEUED_ID})
          || ${text(ON_BEHALF_HEADERS.client)}.Trim() == ""
          || ${header(ON_BEHALF_HEADERS.client)}.Length > ${MAX_NAMES.client}
          || ${header(ON_BEHALF_HEADERS.user)}.Length > ${MAX_NAMES.user}) {
          return ${verdict("forbidden", "on-behalf-of")};
        }
        var user = ${text(ON_BEHALF_HEADERS.user)};
        if (user != "" && !${csharpStrings(userIssuers.map((each) => `${each}#`))}.Any(issuer =>
          user.StartsWith(issuer, StringComparison.Ordinal) && user.Length > issuer.Length)) {
          return ${verdict("forbidden", "on-behalf-of-user")};
        }
        return "";
      `,
    ),
    setVariable(
      QUEUED.worker,
      PolicyExpression.block(csharp`
        var token = (Jwt)context.Variables[${TOKEN_VARIABLE}];
        return ${worker.clientId};
      `),
    ),
    setVariable(QUEUED.id, PolicyExpression.of(header(ON_BEHALF_HEADERS.id))),
    setVariable(QUEUED.client, PolicyExpression.of(text(ON_BEHALF_HEADERS.client))),
    setVariable(CALLER.user, PolicyExpression.of(text(ON_BEHALF_HEADERS.user))),
    setVariable(CALLER.issuer, PolicyExpression.of(csharp`${variable(CALLER.user)}.Split('#')[0]`)),
    setVariable(
      CALLER.userId,
      PolicyExpression.of(
        csharp`${variable(CALLER.user)} == "" ? ""
          : ${variable(CALLER.user)}.Substring(${variable(CALLER.issuer)}.Length + 1)`,
      ),
    ),
    setVariable(CALLER.method, METHOD),
  ];
}

/**
 * C# `bool`: whether a caller that is no registered client could have been let in with this id. What an authenticator
 * no longer names is refused, whenever the request came.
 *
 * @param id C# `string`
 */
export function couldBeUnregistered({ auth }: OpenAiApiDescription, id: CSharp): CSharp {
  const ways = auth.authenticators.flatMap((each): readonly CSharp[] => {
    if (each.credential === "key") {
      return [];
    }
    const ids = each.credential === "token" ? each.clientIds : each.names;
    return ids && ids.length > 0
      ? [
          csharp`${csharpStrings(ids.map((one) => terraformText(`${each.name}/${each.canonicalId(one)}`)))}.Contains(${id})`,
        ]
      : [csharp`${id}.StartsWith(${`${each.name}/`})`];
  });
  return ways.length > 0 ? csharp`(${csharpJoin(ways, " || ")})` : csharp`false`;
}
