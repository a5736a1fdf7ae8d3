import type { ApiSettings } from "../stacks/environment-settings";
import type { AccessCase } from "./access-case";
import { shapesOf } from "./access-cases";
import { API_VERSION } from "./api-version";
import { limitsOf } from "./caller-limits";
import type { CredentialSource } from "./credential-source";
import { callGateway, callUntilRefused, type GatewayCallProps } from "./gateway-call";
import { presentCredentials } from "./presented-credentials";
import type { Requirement } from "./requirement";
import { type Caller, callersOf, type TargetEnvironment, wayTo } from "./target-environment";

/** What a cache gives again takes no tokens. */
const PAST_CACHES = { "cache-control": "no-store" };
const INVALID = "400 invalid_request";
const MEDIA_TYPE = "415 unsupported_media_type";
const TOO_LARGE = "413 request_too_large";
const LIMITED = "429 rate_limited";
/** Largest limit that is tried by as many calls: accounts could not take more. Files of access have all limits. */
const MAX_TRIED_REQUESTS = 300;
/** Largest limit that is tried by a text of as many tokens, and longest that a quota takes at that rate. */
const MAX_TRIED_TOKENS = 20_000;
const MAX_TRIED_MINUTES = 60;
/** What no gateway is to let a model fetch. */
const ELSEWHERE = "https://internal.example/x.png";
/** Tokens of output that any model gives. */
const LARGE_ANSWER = 16_000;
/** Versions of the dated shape that Azure serves: GA, and previews. */
const DATED_VERSIONS = [
  "2024-02-01",
  "2024-02-15-preview",
  "2024-03-01-preview",
  "2024-04-01-preview",
  "2024-05-01-preview",
  "2024-06-01",
  "2024-07-01-preview",
  "2024-08-01-preview",
  "2024-09-01-preview",
  "2024-10-01-preview",
  "2024-12-01-preview",
  "2025-01-01-preview",
  "2025-02-01-preview",
  "2025-03-01-preview",
  "2025-04-01-preview",
];
/** Members that the gateway decides by, in letters in which it would not find them. */
const OTHER_LETTERS = [
  "Model",
  "Messages",
  "Input",
  "Prompt",
  "Tools",
  "N",
  "Best_Of",
  "Service_Tier",
  "User_Security_Context",
  "Max_Tokens",
  "Max_Completion_Tokens",
  "Max_Output_Tokens",
  "Data_Sources",
  "datasources",
  "Web_Search_Options",
  "Previous_Response_Id",
  "Conversation",
  "Store",
  "Background",
];
/** The same of what stands deeper in a body. */
const OTHER_LETTERS_INSIDE = [
  "Type",
  "Role",
  "URL",
  "Image_Url",
  "File_Url",
  "Server_Url",
  "File_Id",
  "Encrypted_Content",
];
/** What no tier reads, unless an API says more. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

type Sent = Partial<Pick<GatewayCallProps, "headers" | "body" | "shape" | "apiVersion" | "deployment">>;

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
  const callers = callersOf(environment, api);
  const firsts = callers.flatMap(([first]) => first ?? []);
  const of = (caller: Caller): CallerCases => new CallerCases(environment, source, caller);
  return [
    ...firsts.slice(0, 1).flatMap((caller) => of(caller).sent()),
    ...firsts.flatMap((caller) => of(caller).limits()),
  ];
}

/**
 * The same in more words, by a caller that embeds texts too; the limits of all others, of a person where its
 * application may act for one, and those that take many calls.
 */
export function furtherCases(
  environment: TargetEnvironment,
  api: ApiSettings,
  source: CredentialSource,
): readonly AccessCase[] {
  const callers = callersOf(environment, api);
  const all = callers.flat();
  const of = (caller: Caller): CallerCases => new CallerCases(environment, source, caller);
  return [
    ...all.slice(0, 1).flatMap((caller) => of(caller).sent(furtherAttempts(caller))),
    ...all
      .flatMap(asEmbedding)
      .slice(0, 1)
      .flatMap((caller) => of(caller).sent([...usualAttempts(caller), ...furtherAttempts(caller)])),
    ...callers.flatMap(([, ...others]) => others).flatMap((caller) => of(caller).limits()),
    ...all.flatMap((caller) => of(caller).rareLimits()),
    ...all
      .flatMap(asUser)
      .flatMap((caller) => [...of(caller).good(), ...of(caller).limits(), ...of(caller).sizesOfAnswers()]),
  ];
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

  public sent(attempts = usualAttempts(this.caller)): readonly AccessCase[] {
    return attempts
      .filter(({ control }) => control === undefined || !this.optOuts.has(control))
      .filter(({ shape }) => shape === undefined || shapesOf(this.caller.api).includes(shape))
      .map(({ how, expected, ...sent }) =>
        this.case(how, expected, async () =>
          callGateway({ ...(await this.props(sent)), wait: this.environment.wait }),
        ),
      );
  }

  public good(): readonly AccessCase[] {
    return [this.case("a token of a person", "200", async () => callGateway(await this.props({})))];
  }

  /** Only where the limits are low enough: each call takes its time. */
  public limits(): readonly AccessCase[] {
    const { requestsPerMinute, reserved, answer } = this.numbers();
    return [
      ...(this.optOuts.has("api-request-limits") || requestsPerMinute > MAX_TRIED_REQUESTS
        ? []
        : [this.limited(`${requestsPerMinute + 1} calls at once`, requestsPerMinute + 1)]),
      ...(this.hasTokenLimit()
        ? [
            // Counted in steps that are rounded down, and whoever finds any left passes.
            this.limited(`more than ${reserved} tokens at once`, Math.ceil((1.5 * reserved) / answer) + 1, {
              max_completion_tokens: answer,
            }),
          ]
        : []),
    ];
  }

  /** Those that take many calls, or long ones. */
  public rareLimits(): readonly AccessCase[] {
    const { tokensPerMinute, tokenQuota } = this.numbers();
    if (!this.hasTokenLimit()) {
      return [];
    }
    return [
      ...this.sizesOfAnswers(),
      ...(tokensPerMinute <= MAX_TRIED_TOKENS
        ? [
            this.case("a question longer than all that it may ask in a minute", INVALID, async () =>
              callGateway(await this.props({ body: asking(tokensPerMinute + 1) })),
            ),
          ]
        : []),
      ...(tokenQuota !== undefined && tokenQuota <= MAX_TRIED_MINUTES * tokensPerMinute
        ? [
            this.case("more tokens than in a period", "403 quota_exceeded", () =>
              this.untilQuota(Math.floor(tokensPerMinute * 0.4)),
            ),
          ]
        : []),
    ];
  }

  public sizesOfAnswers(): readonly AccessCase[] {
    const { reserved, answer } = this.numbers();
    return this.hasTokenLimit()
      ? [
          this.case("answers of every size when all tokens are reserved", LIMITED, () =>
            this.sizes(reserved, answer),
          ),
        ]
      : [];
  }

  private numbers(): {
    readonly requestsPerMinute: number;
    readonly tokensPerMinute: number;
    readonly tokenQuota?: number;
    /** Tokens that may be reserved in a minute, and of one answer that uses them up in a few calls. */
    readonly reserved: number;
    readonly answer: number;
  } {
    const { api, client } = this.caller;
    const { requestsPerMinute, tokensPerMinute, tokenQuota } = limitsOf(this.caller);
    const reserved =
      client?.reservedTokensPerMinute ??
      client?.tokensPerMinute ??
      api.reservedTokensPerMinute ??
      tokensPerMinute;
    // A person may reserve half of it.
    const answer = Math.min(LARGE_ANSWER, Math.floor(reserved * 0.4));
    return { requestsPerMinute, tokensPerMinute, tokenQuota, reserved, answer };
  }

  private hasTokenLimit(): boolean {
    return !this.optOuts.has("api-token-limits") && this.caller.operation === "chat";
  }

  /** What the gateway counts a request as is one of a few sizes: each of them must be refused when nothing is left. */
  private async sizes(reserved: number, answer: number): Promise<string> {
    await this.untilRefused(Math.ceil((1.5 * reserved) / answer) + 1, { max_completion_tokens: answer });
    for (let size = 64; size <= reserved / 2; size *= 2) {
      for (const tokens of [size, size + size / 2].filter((each) => each <= reserved / 2)) {
        const outcome = await callGateway(
          await this.props({ body: { max_completion_tokens: tokens }, headers: PAST_CACHES }),
        );
        if (outcome !== LIMITED) {
          return `${outcome} for ${tokens} tokens`;
        }
      }
    }
    return LIMITED;
  }

  /** Minute by minute, until it is something else than the minute that is used up. */
  private async untilQuota(tokens: number): Promise<string> {
    const props = {
      ...(await this.props({ body: asking(tokens), headers: PAST_CACHES })),
      wait: this.environment.wait,
    };
    let outcome = "200";
    for (let made = 0; made < 3 * MAX_TRIED_MINUTES && outcome === "200"; made++) {
      outcome = await callGateway(props);
    }
    return outcome;
  }

  /** That many calls without a pause, of which the last must be too much. */
  private limited(how: string, calls: number, body?: object): AccessCase {
    return this.case(how, LIMITED, () => this.untilRefused(calls, body));
  }

  private async untilRefused(calls: number, body?: object): Promise<string> {
    return callUntilRefused(await this.props({ body, headers: PAST_CACHES }), calls);
  }

  private async props({ headers, ...sent }: Sent): Promise<GatewayCallProps> {
    const { api, operation, deployment } = this.caller;
    return {
      ...wayTo(this.environment, api),
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

/** A caller that embeds texts, whatever else it may do; none where it may not, or embeds by default. */
function asEmbedding(caller: Caller): readonly Caller[] {
  const deployment = caller.deployments.find((name) => name.startsWith("embeddings"));
  const needsMore = caller.requirements.some(
    (each) => each.kind === "token" && each.operationScopes?.embeddings !== undefined,
  );
  return deployment === undefined || needsMore || !caller.operations.includes("embeddings")
    ? []
    : [{ ...caller, operation: "embeddings", deployment }];
}

/** A person in place of the application, with its token; none where nobody says whose a token is. */
function asUser(caller: Caller): readonly Caller[] {
  const ofUser = (each: Requirement): Requirement =>
    each.kind === "token" &&
    each.scope !== undefined &&
    (each.role !== undefined || each.userIdClaim !== undefined)
      ? { ...each, ofUser: true }
      : each;
  const requirements = caller.requirements.map(ofUser);
  return requirements.some((each, at) => each !== caller.requirements[at])
    ? [{ ...caller, name: `${caller.name}, a person`, requirements }]
    : [];
}

function usualAttempts({ api, operation }: Caller): readonly Attempt[] {
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

/** What differs from the usual attempts in a word, or is to pass beside them. */
function furtherAttempts({ api, operation }: Caller): readonly Attempt[] {
  return [
    ...harmless(operation),
    ...malformed(),
    ...versions(),
    ...otherLetters(),
    ...furtherBounds(api),
    ...(operation === "chat" ? furtherChatBodies() : embeddingBodies()),
  ];
}

/** What looks like something that is refused, and is not. */
function harmless(operation: Caller["operation"]): readonly Attempt[] {
  const good = (how: string, sent: Sent): Attempt => ({ how, expected: "200", ...sent });
  const type = (value: string): Sent => ({ headers: { "content-type": value } });
  return [
    good("members that are null", {
      body: Object.fromEntries(
        [
          "store",
          "background",
          "conversation",
          "data_sources",
          "web_search_options",
          "tools",
          "n",
          "service_tier",
        ].map((name) => [name, null]),
      ),
    }),
    good("JSON with its encoding", type("application/json; charset=utf-8")),
    good("JSON with its encoding in quotes", type('Application/JSON ; charset="UTF8"; a=b')),
    ...(operation === "chat"
      ? [
          good("members that ask for what is usual", {
            body: {
              store: false,
              background: false,
              n: 1,
              service_tier: "auto",
              metadata: { Type: "x", type: "y" },
            },
          }),
          good("a function of the client", {
            body: {
              tools: [{ type: "function", function: { name: "time", parameters: { Type: "object" } } }],
            },
          }),
          good(
            "an image in the request",
            message({ type: "image_url", image_url: { url: "data:image/png;base64,AA==" } }),
          ),
          good("other letters in what is the client's", {
            body: {
              functions: [{ name: "time", parameters: { Type: "object" } }],
              response_format: {
                type: "json_schema",
                json_schema: { name: "a", schema: { Type: "object", Role: "a" } },
              },
            },
          }),
          good("members of other names", {
            body: {
              metadata: { other: ELSEWHERE },
              messages: [{ role: "user", content: "Hello", Other: 1 }],
            },
          }),
          good("a prompt of no known shape", { body: { prompt: ["a", "b"] } }),
          good("a prompt that is null", { body: { prompt: null } }),
          good("signs of JSON in a text", { body: { user: '{"a":1,"a":[\\"},"' } }),
        ]
      : []),
  ];
}

function versions(): readonly Attempt[] {
  return [
    ...DATED_VERSIONS.map((apiVersion) => ({
      how: `version ${apiVersion}`,
      expected: "200",
      shape: "dated" as const,
      apiVersion,
    })),
    ...["v1", "preview", "latest"].map((apiVersion) => ({
      how: `version '${apiVersion}' of v1`,
      expected: "200",
      shape: "v1" as const,
      apiVersion,
    })),
    ...(["dated", "v1"] as const).map((shape) => ({
      how: `a version of no name, ${shape}`,
      expected: INVALID,
      shape,
      apiVersion: "other",
    })),
  ];
}

/** What the account, or a parser on the way, may take for the member that the gateway looks for. */
function otherLetters(): readonly Attempt[] {
  return [
    ...OTHER_LETTERS.map((name) => refused(`${name} for ${name.toLowerCase()}`, { [name]: 1 })),
    ...OTHER_LETTERS_INSIDE.map((name) =>
      refused(`${name} for ${name.toLowerCase()}`, { user: { inside: { [name]: "a" } } }),
    ),
  ];
}

/** Requests that are refused for their form, before anybody asks what they mean. */
function malformed(): readonly Attempt[] {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`x-own-${at}`, "a"]));
  return [
    { how: "a parameter that nobody takes", expected: INVALID, apiVersion: `${API_VERSION}&trace=true` },
    { how: "the version twice", expected: INVALID, apiVersion: `${API_VERSION}&api-version=${API_VERSION}` },
    { how: "a deployment with a sign in its name", expected: INVALID, deployment: "a%20b" },
    { how: "many headers of its own", expected: INVALID, headers: many },
    ...[4, 12, 20, 28].map((count) => ({
      how: `${count} headers of its own`,
      expected: "200",
      headers: Object.fromEntries(Object.entries(many).slice(0, count)),
    })),
    { how: "a length that is no number", expected: TOO_LARGE, headers: { "content-length": "12a" } },
    { how: "a length beside chunks", expected: INVALID, headers: { "transfer-encoding": "chunked" } },
    {
      how: "a body that is too large and names no length",
      expected: TOO_LARGE,
      headers: { "content-length": "" },
      body: { user: "x".repeat(MAX_BODY_BYTES) },
    },
    {
      how: "JSON in UTF-16",
      expected: MEDIA_TYPE,
      headers: { "content-type": "application/json; charset=utf-16" },
    },
    refused("a comma too much", '{"user":"a",}'),
    refused("a text in simple quotes", "{'user':'a'}"),
    refused("a number that is none", '{"temperature":NaN}'),
    refused("a comment", '{"user":"a"/* a */}'),
    refused("a list", "[]"),
    refused("an empty body", ""),
    { how: "no model", expected: INVALID, shape: "v1", body: { model: "" } },
    { how: "a body without a model", expected: INVALID, shape: "v1", body: { model: undefined } },
    { how: "a model that is null", expected: INVALID, shape: "v1", body: { model: null } },
    { how: "a model that is a number", expected: INVALID, shape: "v1", body: { model: 5 } },
    { how: "a model with a sign in its name", expected: INVALID, shape: "v1", body: { model: "a b" } },
  ];
}

/** A question of as many tokens, each of them a word. */
function asking(tokens: number): object {
  return { messages: [{ role: "user", content: " hello".repeat(tokens) }] };
}

function embeddingBodies(): readonly Attempt[] {
  return [
    refused("an input of no known shape", { input: { text: "Hello" } }),
    refused("more texts than at once", { input: Array.from({ length: 1025 }, () => "a") }),
    { how: "several texts", expected: "200", body: { input: ["a", "b"] } },
    { how: "a text in tokens", expected: "200", body: { input: [9906, 1917] } },
  ];
}

function message(part: object): { readonly body: object } {
  return { body: { messages: [{ role: "user", content: [part] }] } };
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

function furtherBounds({ maxChoices = 4 }: ApiSettings): readonly Attempt[] {
  return [
    refused("no answer", { n: 0 }),
    refused("half an answer", { n: 1.5 }),
    refused("answers in words", { n: "2" }),
    refused("the best of too many", { best_of: maxChoices + 1 }),
    refused("a tier of no name", { service_tier: 1 }),
    refused("another tier", { service_tier: "other" }),
  ];
}

function chatBodies(): readonly Attempt[] {
  const image = { type: "image_url", image_url: { url: ELSEWHERE } };
  const file = { type: "file", file: { file_id: "file-1" } };
  return [
    refused("an image elsewhere", message(image).body, "api-remote-content"),
    refused("a file at the service", message(file).body, "api-stateful-operations"),
    refused("messages of no known shape", { messages: "Hello" }),
    refused("an answer without end", { max_completion_tokens: 999_999_999 }),
  ];
}

function furtherChatBodies(): readonly Attempt[] {
  const inside = { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } };
  const remote = "api-remote-content";
  const stored = "api-stateful-operations";
  const hosted = "api-hosted-tools";
  return [
    refused(
      "an image elsewhere, as a text",
      message({ type: "image_url", image_url: ELSEWHERE }).body,
      remote,
    ),
    refused("an image in other letters", message({ type: "image_url", Image_URL: ELSEWHERE }).body),
    refused("more images than at once", {
      messages: [{ role: "user", content: Array.from({ length: 21 }, () => inside) }],
    }),
    refused("an item of earlier", message({ type: "item_reference", id: "msg_1" }).body, stored),
    refused("messages that are texts", { messages: ["Hello"] }),
    refused("tools of no known shape", { tools: {} }, hosted),
    refused("tools that are texts", { tools: ["function"] }, hosted),
    refused("a tool of another type", { tools: [{ type: "other" }] }, hosted),
    refused("a file elsewhere", message({ type: "input_file", file_url: ELSEWHERE }).body, remote),
    refused("a server elsewhere", message({ type: "mcp", server_url: ELSEWHERE }).body, remote),
    refused("a tool without a type", { tools: [{ function: { name: "a" } }] }, hosted),
    refused("a tool of two types", { tools: [{ type: "function", Type: "mcp" }] }, hosted),
    refused("data sources in other letters", { dataSources: [{ type: "azure_search" }] }, remote),
    refused("storing in words", { store: "true" }, stored),
    refused("an answer of more digits", { max_tokens: 9_999_999_999 }),
    refused("an answer of no tokens", { max_completion_tokens: 0 }),
    refused("an answer in words", { max_completion_tokens: "16" }),
    ...["max_tokens", "max_completion_tokens", "max_output_tokens"].map((name) =>
      refused(`${name} that is none`, { [name]: "x" }),
    ),
    refused("an answer above what models give", { max_tokens: 128_001, max_completion_tokens: undefined }),
    refused("answers above what may be reserved", { max_completion_tokens: 120_000, n: 4 }),
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
