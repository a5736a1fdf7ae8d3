import type { ApiSettings } from "../stacks/environment-settings";
import type { AccessCase } from "./access-case";
import { shapesOf } from "./access-cases";
import type { CredentialSource } from "./credential-source";
import { callGateway, callUntilRefused, type GatewayCallProps } from "./gateway-call";
import { presentCredentials } from "./presented-credentials";
import { type Caller, callersOf, type TargetEnvironment } from "./target-environment";

const INVALID = "400 invalid_request";
const MEDIA_TYPE = "415 unsupported_media_type";
const TOO_LARGE = "413 request_too_large";
const LIMITED = "429 rate_limited";
/** Of an API that says nothing. */
const DEFAULT_LIMITS = { requestsPerMinute: 120, tokensPerMinute: 20_000 };
/** Largest limit that is tried by as many calls. */
const MAX_TRIED_REQUESTS = 300;
/** Tokens of output that any model gives. */
const LARGE_ANSWER = 16_000;
/** What no tier reads, unless an API says more. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

type Sent = Pick<GatewayCallProps, "headers" | "body" | "shape" | "apiVersion">;

/** Something that a good caller sends and the account would act on. */
interface Attempt extends Sent {
  readonly how: string;
  readonly expected: string;
  /** Control without which it does no harm. @default - it always does */
  readonly control?: NonNullable<ApiSettings["securityOptOuts"]>[number]["control"];
}

/**
 * What those who are let in may send to an API: objects that others could read, hosts that a body names, bounds of
 * one request, headers that steer the account. The first caller tries them; the first caller of each way in tries its
 * limits.
 */
export function sentCases(
  environment: TargetEnvironment,
  api: ApiSettings,
  source: CredentialSource,
): readonly AccessCase[] {
  const firsts = callersOf(environment, api).flatMap(([first]) => first ?? []);
  const cases = firsts.map((caller) => new CallerCases(environment, source, caller));
  return [...cases.slice(0, 1).flatMap((each) => each.sent()), ...cases.flatMap((each) => each.limits())];
}

/** The cases of one caller. */
class CallerCases {
  private readonly optOuts: ReadonlySet<string>;

  public constructor(
    private readonly environment: TargetEnvironment,
    private readonly source: CredentialSource,
    private readonly caller: Caller,
  ) {
    this.optOuts = new Set(caller.api.securityOptOuts?.map(({ control }) => control));
  }

  public sent(): readonly AccessCase[] {
    return attempts(this.caller)
      .filter(({ control }) => control === undefined || !this.optOuts.has(control))
      .map(({ how, expected, ...sent }) =>
        this.case(how, expected, async () =>
          callGateway({ ...(await this.props(sent)), wait: this.environment.wait }),
        ),
      );
  }

  /** Only where the limits are low enough: each call takes its time. */
  public limits(): readonly AccessCase[] {
    const { api, client, operation } = this.caller;
    const { requestsPerMinute, tokensPerMinute } = { ...DEFAULT_LIMITS, ...api, ...client };
    const reserved =
      client?.reservedTokensPerMinute ??
      client?.tokensPerMinute ??
      api.reservedTokensPerMinute ??
      tokensPerMinute;
    const answer = Math.min(LARGE_ANSWER, Math.floor(reserved * 0.4));
    return [
      ...(this.optOuts.has("api-request-limits") || requestsPerMinute > MAX_TRIED_REQUESTS
        ? []
        : [this.limited(`${requestsPerMinute + 1} calls at once`, requestsPerMinute + 1)]),
      ...(this.optOuts.has("api-token-limits") || operation !== "chat"
        ? []
        : [
            // Counted in steps that are rounded down, and whoever finds any left passes.
            this.limited(`more than ${reserved} tokens at once`, Math.ceil((1.5 * reserved) / answer) + 1, {
              max_completion_tokens: answer,
            }),
          ]),
    ];
  }

  /** That many calls without a pause, of which the last must be too much. */
  private limited(how: string, calls: number, body?: object): AccessCase {
    return this.case(how, LIMITED, async () => {
      return callUntilRefused(await this.props({ body }), calls);
    });
  }

  private async props({ headers, ...sent }: Sent): Promise<GatewayCallProps> {
    const { api, operation, deployment } = this.caller;
    return {
      endpoint: `${this.environment.gatewayUrl}/${api.path}`,
      ca: this.environment.ca,
      operation,
      deployment,
      shape: shapesOf(api)[0],
      ...sent,
      ...(await presentCredentials(this.source, this.caller, { headers })),
    };
  }

  private case(how: string, expected: string, run: () => Promise<string>): AccessCase {
    const { name, api } = this.caller;
    return { target: `${this.environment.settings.name}/${api.name}`, who: name, how, expected, run };
  }
}

function attempts({ api, operation }: Caller): readonly Attempt[] {
  return [
    ...storedObjects(),
    ...remoteContent(),
    ...bounds(api),
    ...(operation === "chat" ? chatBodies() : []),
    ...mediaTypes(api),
    {
      how: "headers that steer the account, in vain",
      expected: "200",
      headers: { "azureml-model-deployment": "no-such-model", "x-ai-gateway-client-id": "somebody" },
    },
  ];
}

function refused(how: string, body: object | string, control?: Attempt["control"]): Attempt {
  return { how, expected: INVALID, body, control };
}

function storedObjects(): readonly Attempt[] {
  const control = "api-stateful-operations";
  return [
    refused("store: true", { store: true }, control),
    refused("background: true", { background: true }, control),
    refused("an earlier response", { previous_response_id: "resp_1" }, control),
    refused("a stored conversation", { conversation: "conv_1" }, control),
    refused("a stored prompt", { prompt: { id: "pmpt_1" } }, control),
  ];
}

function remoteContent(): readonly Attempt[] {
  const control = "api-remote-content";
  return [
    refused("a data source", { data_sources: [{ type: "azure_search" }] }, control),
    refused("a web search", { web_search_options: {} }, control),
    refused("an MCP server", { tools: [{ type: "mcp", server_url: "https://internal.example" }] }, control),
    refused("a tool of the service", { tools: [{ type: "image_generation" }] }, "api-hosted-tools"),
  ];
}

function bounds(api: ApiSettings): readonly Attempt[] {
  const { maxChoices = 4, maxBodyBytes = MAX_BODY_BYTES, serviceTiers = [], userSecurityContext } = api;
  return [
    refused(`${maxChoices + 1} answers`, { n: maxChoices + 1 }),
    ...(serviceTiers.includes("priority") ? [] : [refused("a dearer tier", { service_tier: "priority" })]),
    ...(userSecurityContext === "allow"
      ? []
      : [refused("a word for another user", { user_security_context: { end_user_id: "x" } })]),
    { how: "a body that is too large", expected: TOO_LARGE, body: { user: "x".repeat(maxBodyBytes) } },
  ];
}

function chatBodies(): readonly Attempt[] {
  const message = (part: object): object => ({ messages: [{ role: "user", content: [part] }] });
  const image = { type: "image_url", image_url: { url: "https://internal.example/x.png" } };
  const file = { type: "file", file: { file_id: "file-1" } };
  return [
    refused("an image elsewhere", message(image), "api-remote-content"),
    refused("a file at the service", message(file), "api-stateful-operations"),
    refused("messages of no known shape", { messages: "Hello" }),
    refused("an answer without end", { max_completion_tokens: 999_999_999 }),
  ];
}

function mediaTypes(api: ApiSettings): readonly Attempt[] {
  return [
    refused("a member twice", '{"user":"a","user":"b"}'),
    refused("a member in other letters", { Model: "other" }),
    refused("a body that is not JSON", "Hello"),
    { how: "JSON as text", expected: MEDIA_TYPE, headers: { "content-type": "text/plain" } },
    { how: "JSON in another encoding", expected: MEDIA_TYPE, headers: { "content-encoding": "gzip" } },
    ...(shapesOf(api).includes("dated")
      ? [
          {
            how: "a version of tomorrow",
            expected: INVALID,
            shape: "dated",
            apiVersion: "2099-01-01",
          } as const,
        ]
      : []),
  ];
}
