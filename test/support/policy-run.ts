import { CSharp, csharp, csharpStrings } from "../../lib/policy/csharp";
import { returnResponse } from "../../lib/policy/elements/return-response";
import { setVariable } from "../../lib/policy/elements/set-variable";
import type { PolicyElement } from "../../lib/policy/policy-element";
import { PolicyExpression } from "../../lib/policy/policy-expression";
import { PolicyFragment } from "../../lib/policy/policy-fragment";
import { renderPolicy } from "../../lib/policy/policy-renderer";
import type { ApiModel, GatewayModel } from "../../simulator/model";
import type { HttpHandler } from "../../simulator/network";
import { operationModel } from "../simulator/support/gateway-models";
import { type PolicyAnswer, PolicyGateway } from "../simulator/support/policy-gateway";
import type { FixedBackend, TestCall } from "../simulator/support/running-gateway";

/** Names the fragment by which policies refuse. */
export const REFUSAL_FRAGMENT = "ai-gateway-refusal";

/** What policies find when they run. */
export interface PolicyRunOptions {
  /** Set by policies before them: text, or C#. @default - none */
  readonly variables?: Readonly<Record<string, string | CSharp>>;
  /** Names of variables to read afterwards. @default - none */
  readonly read?: readonly string[];
  readonly call?: TestCall;
  /** @default "/api/ping" */
  readonly target?: string;
  /** Ids of operations of the API besides `GET /ping` and `POST /ping`, at `/<id>`. @default - none */
  readonly operationIds?: readonly string[];
  readonly api?: Partial<ApiModel>;
  readonly model?: Partial<GatewayModel>;
  readonly hosts?: Readonly<Record<string, HttpHandler>>;
  /** What the model service answers. */
  readonly answers?: FixedBackend;
}

/** How a run ended. */
export interface PolicyRunOutcome {
  /** `<code>:<rule>` of a refusal. */
  readonly refusal?: string;
  /** Those that were asked for and are set, as texts. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Runs policies of `lib` in the inbound section of an API, in the simulator's gateway. */
export async function runInbound(
  policies: readonly PolicyElement[],
  options: PolicyRunOptions = {},
): Promise<PolicyRunOutcome> {
  return outcomeOf(await answerTo({ ...options, inbound: [...policies, variablesRead(options)] }));
}

/** Runs policies of `lib` in the outbound section of an API, after an answer of its backend. */
export async function runOutbound(
  policies: readonly PolicyElement[],
  options: PolicyRunOptions = {},
): Promise<PolicyRunOutcome> {
  return outcomeOf(await answerTo({ ...options, outbound: [...policies, variablesRead(options)] }));
}

/** What some C# is worth in a running gateway, as text. @param value C# of any type that has a text */
export async function valueOf(value: CSharp, options: PolicyRunOptions = {}): Promise<string | undefined> {
  const policies = [setVariable("value", PolicyExpression.of(value))];
  return (await runInbound(policies, { ...options, read: ["value"] })).variables.value;
}

/** The same for a value of a policy as API Management gets it: `@(…)` or `@{…}`. */
export async function valueOfText(text: string, options: PolicyRunOptions = {}): Promise<string | undefined> {
  const policies = [setVariable("value", expressionIn(text))];
  const run = options.answers === undefined ? runInbound : runOutbound;
  return (await run(policies, { ...options, read: ["value"] })).variables.value;
}

function expressionIn(text: string): PolicyExpression {
  const code = new CSharp(text.slice(2, -1));
  return text.startsWith("@{") ? PolicyExpression.block(code) : PolicyExpression.of(code);
}

/** What a C# expression with a variable `token` is worth for a token with these claims, as text. */
export async function valueForToken(
  value: CSharp,
  claims: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const statements = csharp`
    var token = context.Request.Headers.GetValueOrDefault("Authorization", "").AsJwt();
    return Convert.ToString(${value});
  `;
  const policies = [setVariable("value", PolicyExpression.block(statements))];
  const call = { headers: { Authorization: `Bearer ${unsignedToken(claims)}` } };
  return (await runInbound(policies, { call, read: ["value"] })).variables.value;
}

/** A token whose signature nobody checks. */
export function unsignedToken(claims: Readonly<Record<string, unknown>>): string {
  const parts = [{ alg: "RS256", typ: "JWT" }, claims].map((part) => JSON.stringify(part));
  return [...parts, "signature"].map((part) => Buffer.from(part).toString("base64url")).join(".");
}

/** What a caller gets from an API with these policies of `lib`. */
export async function answerTo({
  inbound = [],
  outbound = [],
  variables = {},
  call,
  target,
  operationIds = [],
  api,
  model,
  hosts,
  answers,
}: PolicyRunOptions & {
  readonly inbound?: readonly PolicyElement[];
  readonly outbound?: readonly PolicyElement[];
}): Promise<PolicyAnswer> {
  const given = Object.entries(variables).map(([name, value]) =>
    setVariable(name, typeof value === "string" ? value : PolicyExpression.of(value)),
  );
  const operations = operationIds.map((operationId) => ({
    ...operationModel("POST", `/${operationId}`),
    operationId,
  }));
  const gateway = await PolicyGateway.start({
    inbound: rendered([...given, ...inbound]),
    outbound: rendered(outbound),
    api: {
      operations: [operationModel("GET", "/ping"), operationModel("POST", "/ping"), ...operations],
      ...api,
    },
    model: { fragments: [REFUSING, RECORDING], ...model },
    hosts,
    answers,
  });
  return gateway.call(call, target);
}

const REFUSING: GatewayModel["fragments"][number] = {
  address: "azurerm_api_management_policy_fragment.refusal",
  name: REFUSAL_FRAGMENT,
  format: "rawxml",
  xml: new PolicyFragment([
    returnResponse({
      statusCode: 403,
      body: PolicyExpression.of(
        csharp`new JObject(new JProperty("refusal", ((string)context.Variables["refusal"]))).ToString()`,
      ),
    }),
  ]).render(),
};

/** Records nothing: what is recorded, is seen where gateways are whole. */
const RECORDING: GatewayModel["fragments"][number] = {
  address: "azurerm_api_management_policy_fragment.audit",
  name: "ai-gateway-audit",
  format: "rawxml",
  xml: new PolicyFragment([]).render(),
};

function variablesRead({ read = [] }: PolicyRunOptions): PolicyElement {
  const body = csharp`
    var read = new JObject();
    foreach (var name in ${csharpStrings(read)}) {
      if (context.Variables.ContainsKey(name)) {
        read.Add(new JProperty(name, Convert.ToString(context.Variables[name])));
      }
    }
    return read.ToString();
  `;
  return returnResponse({ statusCode: 200, body: PolicyExpression.block(body) });
}

function outcomeOf({ text }: PolicyAnswer): PolicyRunOutcome {
  const { refusal, ...variables } = JSON.parse(text) as Readonly<Record<string, string>>;
  return refusal === undefined ? { variables } : { refusal, variables };
}

function rendered(policies: readonly PolicyElement[]): string {
  return policies.map((policy) => renderPolicy(policy)).join("\n");
}
