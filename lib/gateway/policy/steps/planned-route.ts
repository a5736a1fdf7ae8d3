import {
  authenticationCertificate,
  choose,
  type ChooseBranch,
  type CSharp,
  csharp,
  csharpStrings,
  deleteHeader,
  deleteQueryParameter,
  includeFragment,
  managedIdentityToken,
  type PolicyElement,
  PolicyExpression,
  rewriteUri,
  setBody,
  setHeader,
  setQueryParameter,
  setVariable,
  terraformText,
  when,
} from "../../../policy";
import { CALLER_HEADERS, REQUEST_TEXT, ROUTE, variable, variableOrEmpty } from "../caller";
import type { EndpointCall, OpenAiApiDescription, PlannedTarget, RoutePlan } from "../openai-api-description";
import { REFUSAL, verdict } from "../refusal";
import { AZURE_OPENAI, describeCaller } from "./caller-description";
import { operationTrait } from "./operation-table";
import { BODY } from "./request-body";

/** Between levels, between targets of a level, and between the fields of a target: in no id of a backend. */
const LEVEL = "/";
const TARGET = "+";
const FIELD = "|";
/** Id of a target in a URL family that the API does not publish. */
const NOT_PUBLISHED = "-";

/** Names of the caller that an endpoint on the internet is not told. */
const NAMES_OF_CALLER = [CALLER_HEADERS.clientId, CALLER_HEADERS.userId, CALLER_HEADERS.method] as const;

/** C# `bool`: the request goes to hosts that are not all accounts. */
const IS_PLANNED: CSharp = csharp`${variableOrEmpty(ROUTE.plan)} != ""`;

/**
 * `model` of a body and its value, at whatever depth. What begins a member stands outside strings in JSON, and a
 * quotation mark inside of one has a backslash before it, so that this is never found within a string.
 */
const MODEL_MEMBER = csharp`"([{,][\u0020\\t\\r\\n]*\"model\"[\u0020\\t\\r\\n]*:[\u0020\\t\\r\\n]*)(?:\"[^\"\\\\]*(?:\\\\.[^\"\\\\]*)*\"|null|true|false|[0-9.eE+-]+)"`;
/** A model that no service has: what a body is read with again, to see that its name stands where it must. */
const PROBE = "-";

/** Field of the table of deployments: `<dated>|<v1>|<weight>|<accounts>+…/…`. */
export function planEntry({ levels }: RoutePlan): string {
  const target = ({ ids, weight, members }: PlannedTarget): string =>
    [ids.dated ?? NOT_PUBLISHED, ids.v1 ?? NOT_PUBLISHED, weight, members].join(FIELD);
  return levels.map((targets) => targets.map(target).join(TARGET)).join(LEVEL);
}

/** @returns the backends and pools of a plan */
export function plannedIds({ levels }: RoutePlan): readonly string[] {
  return levels.flat().flatMap(({ ids }) => Object.values(ids));
}

/**
 * Chooses the order in which the hosts of the request's deployment are tried: by level, by weight within it. Every
 * target has one try at least; what is left of the tries goes to pools with more accounts.
 *
 * @param entry C# `string`: a {@link planEntry}, or the id of a backend
 * @param tries C# `int`: tries that the API grants
 */
export function planRoute(entry: CSharp, tries: CSharp): PolicyElement {
  return setVariable(
    ROUTE.plan,
    PolicyExpression.block(csharp`
      var levels = ${entry};
      if (!levels.Contains(${FIELD})) {
        return "";
      }
      var id = ${operationTrait("shape")} == "v1" ? 1 : 0;
      var random = new Random();
      var chosen = new List<string>();
      foreach (var level in levels.Split('/')) {
        var targets = level.Split('+').ToList();
        while (targets.Count > 0) {
          var share = random.Next(targets.Sum(each => Convert.ToInt32(each.Split('|')[2])));
          var index = 0;
          while (share >= Convert.ToInt32(targets[index].Split('|')[2])) {
            share = share - Convert.ToInt32(targets[index].Split('|')[2]);
            index = index + 1;
          }
          chosen.Add(targets[index]);
          targets.RemoveAt(index);
        }
      }
      var spare = ${tries} - chosen.Count;
      var plan = new List<string>();
      foreach (var target in chosen) {
        plan.Add(target.Split('|')[id]);
        var more = Convert.ToInt32(target.Split('|')[3]) - 1;
        while (spare > 0 && more > 0) {
          plan.Add(target.Split('|')[id]);
          spare = spare - 1;
          more = more - 1;
        }
      }
      return string.Join(",", plan);
    `),
  );
}

/**
 * Makes a planned request ready to be written for each try: its body in two parts around the name of the model, a path
 * that says the operation only, and the credentials of its hosts, each in a place of its own.
 *
 * @param otherwise what makes every other request ready
 */
export function preparePlannedRoute(
  api: OpenAiApiDescription,
  otherwise: readonly PolicyElement[],
): readonly PolicyElement[] {
  const { endpoints = [], refusalFragmentId } = api;
  if (endpoints.length === 0) {
    return otherwise;
  }
  const identity = terraformText(api.managedIdentityClientId);
  const tries = csharp`${variable(ROUTE.plan)}.Split(',')`;
  return [
    choose(
      [
        {
          condition: IS_PLANNED,
          policies: [
            setVariable(ROUTE.bodyBeforeModel, PolicyExpression.block(beforeModel())),
            setVariable(ROUTE.bodyAfterModel, PolicyExpression.block(afterModel())),
            setVariable(REFUSAL.verdict, PolicyExpression.block(notTheModel())),
            when(
              csharp`${variable(REFUSAL.verdict)} != ""`,
              setVariable(REFUSAL.detail, PolicyExpression.block(explanation())),
              includeFragment(refusalFragmentId),
            ),
            setVariable(
              ROUTE.apiVersion,
              PolicyExpression.of(csharp`context.Request.Url.Query.GetValueOrDefault("api-version", "")`),
            ),
            rewriteUri(
              PolicyExpression.of(
                csharp`Regex.Replace(context.Operation.UrlTemplate, "^/(?:deployments/[^/]+|v1)", "")`,
              ),
            ),
            when(
              csharp`${tries}.Any(id => !${csharpStrings(endpoints.map(({ backendId }) => backendId))}.Contains(id))`,
              managedIdentityToken(AZURE_OPENAI, identity, ROUTE.accountToken),
            ),
            ...endpoints.flatMap(({ backendId, audience, certificateId }) => [
              ...(audience === undefined
                ? []
                : [
                    when(
                      csharp`${tries}.Contains(${backendId})`,
                      managedIdentityToken(audience, identity, tokenOf(backendId)),
                    ),
                  ]),
              ...(certificateId === undefined
                ? []
                : [when(csharp`${tries}.Contains(${backendId})`, authenticationCertificate(certificateId))]),
            ]),
          ],
        },
      ],
      otherwise,
    ),
  ];
}

/**
 * Writes the request for its next try. A pool could not: it picks a member after the request is written, so that an
 * account would get the name of the endpoint's model and its key, and the endpoint the token of the gateway's identity.
 */
export function addressAttempt(endpoints: readonly EndpointCall[]): readonly PolicyElement[] {
  if (endpoints.length === 0) {
    return [];
  }
  const next = csharp`((int)context.Variables[${ROUTE.attempt}])`;
  const keyHeaders = [
    ...new Set(
      endpoints.flatMap(({ keyHeader = "Authorization" }) =>
        keyHeader.toLowerCase() === "authorization" ? [] : [keyHeader],
      ),
    ),
  ];
  const branches = endpoints.map((endpoint): ChooseBranch => ({
    condition: csharp`${variable(ROUTE.backend)} == ${endpoint.backendId}`,
    policies: addressEndpoint(endpoint, keyHeaders),
  }));
  const [first, ...others] = branches;
  return first
    ? [
        when(
          IS_PLANNED,
          setVariable(
            ROUTE.attempt,
            PolicyExpression.of(csharp`context.Variables.ContainsKey(${ROUTE.attempt}) ? ${next} + 1 : 0`),
          ),
          setVariable(
            ROUTE.backend,
            PolicyExpression.of(
              csharp`${variable(ROUTE.plan)}.Split(',')[Math.Min(${next}, ((int)context.Variables[${ROUTE.retries}]))]`,
            ),
          ),
          choose([first, ...others], addressAccount(endpoints, keyHeaders)),
        ),
      ]
    : [];
}

function addressEndpoint(
  { backendId, model, keyHeader, audience, tellsCaller }: EndpointCall,
  keyHeaders: readonly string[],
): readonly PolicyElement[] {
  return [
    setBody(
      PolicyExpression.of(
        csharp`${variable(ROUTE.bodyBeforeModel)} + ${`"${model}"`} + ${variable(ROUTE.bodyAfterModel)}`,
      ),
    ),
    deleteQueryParameter("api-version"),
    // A key is added by the backend itself, whose URL is the only place that it goes to.
    audience === undefined
      ? deleteHeader("Authorization")
      : setHeader(
          "Authorization",
          PolicyExpression.of(csharp`"Bearer\u0020" + ${variable(tokenOf(backendId))}`),
        ),
    ...keyHeaders.filter((name) => name !== keyHeader).map(deleteHeader),
    ...(tellsCaller ? [] : NAMES_OF_CALLER.map(deleteHeader)),
  ];
}

function addressAccount(
  endpoints: readonly EndpointCall[],
  keyHeaders: readonly string[],
): readonly PolicyElement[] {
  return [
    setBody(PolicyExpression.of(variable(REQUEST_TEXT))),
    when(
      csharp`${variable(ROUTE.apiVersion)} != ""`,
      setQueryParameter("api-version", PolicyExpression.of(variable(ROUTE.apiVersion))),
    ),
    setHeader("Authorization", PolicyExpression.of(csharp`"Bearer\u0020" + ${variable(ROUTE.accountToken)}`)),
    ...keyHeaders.map(deleteHeader),
    ...(endpoints.every(({ tellsCaller }) => tellsCaller) ? [] : describeCaller()),
  ];
}

function tokenOf(backendId: string): string {
  return `token-${backendId}`;
}

/** Up to the value of `model`; where the body has none, up to the first member, with a name in front. */
function beforeModel(): CSharp {
  return csharp`
    var text = ${variable(REQUEST_TEXT)};
    if (((JObject)context.Variables[${BODY}])["model"] == null) {
      return text.Substring(0, text.IndexOf("{") + 1) + ${'"model":'};
    }
    var found = Regex.Match(text, ${MODEL_MEMBER});
    return found.Success ? text.Substring(0, found.Index) + found.Groups[1].Value : "";
  `;
}

function afterModel(): CSharp {
  return csharp`
    var text = ${variable(REQUEST_TEXT)};
    var body = (JObject)context.Variables[${BODY}];
    if (body["model"] == null) {
      return (body.HasValues ? "," : "") + text.Substring(text.IndexOf("{") + 1);
    }
    var found = Regex.Match(text, ${MODEL_MEMBER});
    return found.Success ? text.Substring(found.Index + found.Length) : "";
  `;
}

/**
 * Reads the body again with another model. A `model` deeper inside, before the one that counts or instead of one whose
 * name is written with escapes, would leave the client's own choice in place.
 */
function notTheModel(): CSharp {
  return csharp`
    try {
      var body = JObject.Parse(${variable(ROUTE.bodyBeforeModel)} + ${`"${PROBE}"`} + ${variable(ROUTE.bodyAfterModel)});
      var members = ((JObject)context.Variables[${BODY}]);
      return body["model"].ToString() == ${PROBE}
        && body.Properties().Count() == members.Properties().Count() + (members["model"] == null ? 1 : 0)
        ? "" : ${verdict("invalid_request", "deployment-name")};
    } catch (Exception) {
      return ${verdict("invalid_request", "deployment-name")};
    }
  `;
}

/** More than the rule tells by itself: a deployment is named, but not where it can be replaced. */
function explanation(): CSharp {
  return csharp`
    return new JObject(
      new JProperty("code", "invalid_request"),
      new JProperty("message", "Send\u0020model\u0020once,\u0020as\u0020a\u0020text\u0020at\u0020the\u0020top\u0020of\u0020the\u0020body."),
      new JProperty("param", "model"));
  `;
}
