import type { ApiSettings } from "../stacks/environment-settings";
import type { AccessCase } from "./access-case";
import type { CredentialSource } from "./credential-source";
import { askGateway, callGateway, type GatewayCallProps } from "./gateway-call";
import { presentCredentials } from "./presented-credentials";
import { type Caller, callersOf, type TargetEnvironment, wayTo } from "./target-environment";

/** What came of two calls, one after the other. */
const FALLING = "falling";

/** "Hello world" in tokens of cl100k_base. */
const TOKENS = [9906, 1917];

/** A turn in which the model called a function: its message has no content, and says so. */
const FUNCTION_CALLED = [
  { role: "user", content: "What time is it in Oslo?" },
  {
    role: "assistant",
    content: null,
    tool_calls: [
      { id: "call_1", type: "function", function: { name: "time_in", arguments: '{"city":"Oslo"}' } },
    ],
  },
  { role: "tool", tool_call_id: "call_1", content: "12:00" },
];

/**
 * What only the service itself can judge: bodies that a check of the gateway might take for wrong, what the service would
 * do with headers if they reached it, and whether its count of tokens is what the gateway's falls by.
 */
export function bodyCases(
  environment: TargetEnvironment,
  api: ApiSettings,
  source: CredentialSource,
): readonly AccessCase[] {
  const callers = callersOf(environment, api).flat();
  const chatting = callers.find(({ operation }) => operation === "chat");
  const embedding = callers.find(({ operation }) => operation === "embeddings");
  const target = `${environment.settings.name}/${api.name}`;
  const props = async (
    caller: Caller,
    more: Pick<GatewayCallProps, "body" | "headers"> = {},
  ): Promise<GatewayCallProps> => ({
    ...wayTo(environment, api),
    wait: environment.wait,
    operation: caller.operation,
    deployment: caller.deployment,
    shape: api.urlShapes?.[0],
    body: more.body,
    ...(await presentCredentials(source, caller, { headers: more.headers })),
  });
  const of = (caller: Caller, how: string, expected: string, run: () => Promise<string>): AccessCase => ({
    target,
    who: caller.name,
    how,
    expected,
    run,
  });
  return [
    ...(chatting === undefined
      ? []
      : [
          of(chatting, "no content beside tool calls", "200", async () =>
            callGateway(await props(chatting, { body: { messages: FUNCTION_CALLED } })),
          ),
          of(chatting, "x-policy-id of no content filter", "200", async () =>
            callGateway(await props(chatting, { headers: { "x-policy-id": "no-such-filter" } })),
          ),
          of(chatting, "remaining tokens", FALLING, async () => falling(await props(chatting))),
        ]),
    ...(embedding === undefined
      ? []
      : [
          of(embedding, "a text in tokens", "200", async () =>
            callGateway(await props(embedding, { body: { input: TOKENS } })),
          ),
        ]),
  ];
}

/** A minute may end between two calls: the third tells. Each asks something else, which no cache has an answer to. */
async function falling(props: GatewayCallProps): Promise<string> {
  const seen: (number | undefined)[] = [];
  for (let call = 0; call < 3; call++) {
    const body = { messages: [{ role: "user", content: `What is ${call} and ${call}?` }] };
    const { outcome, remainingTokens } = await askGateway({ ...props, body });
    if (outcome !== "200") {
      return outcome;
    }
    const last = seen.at(-1);
    seen.push(remainingTokens);
    if (last !== undefined && remainingTokens !== undefined && remainingTokens < last) {
      return FALLING;
    }
  }
  return seen.includes(undefined) ? "not told" : seen.join(", ");
}
