import type { ApiSettings } from "../stacks/environment-settings";
import type { AccessCase } from "./access-case";
import { shapesOf } from "./access-cases";
import type { CredentialSource } from "./credential-source";
import { type CalledOperation, callGateway, formOf, type GatewayCallProps } from "./gateway-call";
import { presentCredentials } from "./presented-credentials";
import type { Requirement, TokenRequirement } from "./requirement";
import { type Caller, callersOf, type TargetEnvironment, wayTo } from "./target-environment";

const IN = "200";
const FORBIDDEN = "403 forbidden";
const INVALID = "400 invalid_request";
/** What no tier reads of a body whose model has to be found. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const EDITS_VERSION = "2025-04-01-preview";
const NOT_FOUND = "404 not_found";

/** Names of the groups that operations belong to. */
const GROUPS: Readonly<Record<CalledOperation, string>> = {
  chat: "chat",
  embeddings: "embeddings",
  images: "images",
  "image edits": "images",
  models: "models",
  "one model": "models",
};
const OPERATIONS = Object.keys(GROUPS) as readonly CalledOperation[];

/**
 * Every operation by every caller of an API, in each shape of the URL: in where it may, refused where it may not, and
 * where its token lacks what the operation takes besides.
 */
export function operationCases(
  environment: TargetEnvironment,
  api: ApiSettings,
  source: CredentialSource,
): readonly AccessCase[] {
  return callersOf(environment, api)
    .flat()
    .flatMap((caller) => new CallerOperations(environment, source, caller).all());
}

/** The cases of one caller. */
class CallerOperations {
  private readonly published: readonly string[];

  public constructor(
    private readonly environment: TargetEnvironment,
    private readonly source: CredentialSource,
    private readonly caller: Caller,
  ) {
    this.published = caller.api.operations ?? ["chat"];
  }

  public all(): readonly AccessCase[] {
    return shapesOf(this.caller.api).flatMap((shape) => [
      ...OPERATIONS.flatMap((operation) => this.operation(operation, shape)),
      ...(this.mayCall("images") ? this.forms(shape) : []),
    ]);
  }

  /** Deployments that it may call: whoever is not registered, those of other servers too. */
  private served(): readonly string[] {
    const { api, client, deployments } = this.caller;
    const { modelEndpoints = {} } = this.environment.settings;
    return client === undefined
      ? [
          ...deployments,
          ...Object.keys(api.modelEndpoints ?? {}).flatMap((name) =>
            Object.keys(modelEndpoints[name]?.deployments ?? {}),
          ),
        ]
      : deployments;
  }

  private operation(operation: CalledOperation, shape: GatewayCallProps["shape"]): readonly AccessCase[] {
    const group = GROUPS[operation];
    const { deployments, requirements } = this.caller;
    const deployment = deployments.find((name) => name.startsWith(group)) ?? deployments[0] ?? "";
    if (!this.published.includes(group) || !this.mayCall(group)) {
      const expected = this.published.includes(group) ? FORBIDDEN : NOT_FOUND;
      return [
        this.case(operation, shape, expected, { operation, deployment }, withOperation(requirements, group)),
      ];
    }
    if (group !== "models" && !deployment.startsWith(group)) {
      return [];
    }
    const needsMore = requirements.some(
      (each) => each.kind === "token" && each.operationScopes?.[group] !== undefined,
    );
    const others = this.served().filter((name) => name.startsWith(group) && name !== deployment);
    return [
      this.case(operation, shape, IN, { operation, deployment }, withOperation(requirements, group)),
      ...others.map((name) =>
        this.case(
          `${operation} by ${name}`,
          shape,
          IN,
          { operation, deployment: name },
          withOperation(requirements, group),
        ),
      ),
      ...(needsMore
        ? [
            this.case(
              `${operation} without its scope`,
              shape,
              "403 insufficient_scope",
              { operation, deployment },
              requirements,
            ),
          ]
        : []),
      ...(operation === "models"
        ? [this.case("models with a body", shape, INVALID, { operation, deployment, body: "{}" })]
        : []),
      ...(operation === "one model"
        ? [this.case("a model that is not", shape, NOT_FOUND, { operation, deployment: "no-such-model" })]
        : []),
    ];
  }

  /** Forms that do not say, or say twice, which model they are for: by `v1` it stands in them. */
  private forms(shape: GatewayCallProps["shape"]): readonly AccessCase[] {
    const { deployments, requirements } = this.caller;
    const deployment = deployments.find((name) => name.startsWith("images"));
    if (shape !== "v1" || deployment === undefined) {
      return [];
    }
    const prompt = ["prompt", "A greeting"] as const;
    const model = ["model", deployment] as const;
    const form = (
      how: string,
      expected: string,
      body: string,
      headers?: GatewayCallProps["headers"],
    ): AccessCase =>
      this.case(
        `image edits, ${how}`,
        shape,
        expected,
        { operation: "image edits", deployment, body, headers },
        withOperation(requirements, "images"),
      );
    return [
      form("no model", INVALID, formOf([prompt])),
      form("two models", INVALID, formOf([model, prompt, model])),
      form("a model in other letters", INVALID, formOf([["Model", deployment], prompt])),
      form("another model", FORBIDDEN, formOf([["model", "no-such-model"], prompt])),
      form("not a form", INVALID, "Hello"),
      form("an empty model", INVALID, formOf([["model", ""], prompt])),
      form(
        "larger than a body of JSON",
        "413 request_too_large",
        formOf([model, ["prompt", "x".repeat(MAX_BODY_BYTES)]]),
      ),
      form("JSON", "415 unsupported_media_type", "{}", { "content-type": "application/json" }),
      form("no boundary", INVALID, formOf([model, prompt]), { "content-type": "multipart/form-data; a=b" }),
      form("no parts", INVALID, formOf([]).replace(/^[\s\S]*\r\n(?=--)/, "")),
      form("no line break at its end", IN, formOf([model, prompt]).replace(/\r\n$/, "")),
      form("no length", IN, formOf([model, prompt]), { "content-length": "" }),
      form("a form without an end", INVALID, formOf([model, prompt]).replace(/--\r\n$/, "")),
    ];
  }

  private mayCall(group: string): boolean {
    return this.caller.operations.includes(group);
  }

  private case(
    how: string,
    shape: GatewayCallProps["shape"],
    expected: string,
    call: Pick<GatewayCallProps, "operation" | "deployment" | "body" | "headers">,
    requirements: readonly Requirement[] = this.caller.requirements,
  ): AccessCase {
    const { name, api } = this.caller;
    return {
      target: `${this.environment.settings.name}/${api.name}`,
      who: name,
      how: shape === shapesOf(api)[0] ? how : `${shape}: ${how}`,
      expected,
      run: async () =>
        callGateway({
          ...wayTo(this.environment, api),
          wait: this.environment.wait,
          shape,
          // Of the dated versions, only late previews know it.
          ...(call.operation === "image edits"
            ? { apiVersion: shape === "dated" ? EDITS_VERSION : "preview" }
            : {}),
          ...call,
          ...(await presentCredentials(
            this.source,
            { ...this.caller, requirements },
            { headers: call.headers },
          )),
        }),
    };
  }
}

/** With the scope or the role that a group of operations takes besides. */
function withOperation(requirements: readonly Requirement[], group: string): readonly Requirement[] {
  return requirements.map((each) => (each.kind === "token" ? allowing(each, group) : each));
}

function allowing(requirement: TokenRequirement, group: string): TokenRequirement {
  const [first] = requirement.operationScopes?.[group] ?? [];
  if (first === undefined) {
    return requirement;
  }
  const both = (held: string | undefined): string | undefined => held && `${held} ${first}`;
  return { ...requirement, scope: both(requirement.scope), role: both(requirement.role) };
}
