import type { ApiSettings } from "../stacks/environment-settings";
import type { AccessCase } from "./access-case";
import type { CertificateDefect, CredentialSource, TokenDefect } from "./credential-source";
import { callGateway, type GatewayCallProps, type UrlShape } from "./gateway-call";
import { presentCredentials, type PresentedCredentials } from "./presented-credentials";
import type { CertificateRequirement, Requirement, TokenRequirement } from "./requirement";
import { type Caller, callersOf, type TargetEnvironment, wayTo } from "./target-environment";

const IN = "200";
const UNAUTHORIZED = "401 unauthorized";
const FORBIDDEN = "403 forbidden";
const INSUFFICIENT = "403 insufficient_scope";

/** What is called, where it is not the caller's own. */
type CallTarget = Partial<Pick<GatewayCallProps, "operation" | "deployment" | "shape">>;

const CERTIFICATE_DEFECTS: readonly CertificateDefect[] = [
  "other CA",
  "sibling CA",
  "self-signed",
  "revoked",
  "expired",
  "not yet valid",
  "unknown client",
];

/**
 * Who is meant to get in to an API, and who is not: for every way in, each caller with the right credentials, in
 * each shape of the URL, and with what it has no right to; then the first of them with everything that can be wrong
 * with a credential.
 */
export function accessCases(
  environment: TargetEnvironment,
  api: ApiSettings,
  source: CredentialSource,
): readonly AccessCase[] {
  const ways = callersOf(environment, api);
  const target = `${environment.settings.name}/${api.name}`;
  return [
    ...ways.flatMap((callers) => new WayCases(environment, source, target, callers).all()),
    ...ways
      .slice(0, 1)
      .flatMap(([caller]) => (caller === undefined ? [] : [nobody(environment, target, caller)])),
  ];
}

function nobody(environment: TargetEnvironment, target: string, caller: Caller): AccessCase {
  return {
    target,
    who: "anyone",
    how: "no credential",
    expected: UNAUTHORIZED,
    run: () => call(environment, caller, {}),
  };
}

/** The cases of one way into an API. */
class WayCases {
  public constructor(
    private readonly environment: TargetEnvironment,
    private readonly source: CredentialSource,
    private readonly target: string,
    private readonly callers: readonly Caller[],
  ) {}

  public all(): readonly AccessCase[] {
    const [first, ...others] = this.callers;
    if (first === undefined) {
      return [];
    }
    return [
      ...this.good(first),
      ...others.flatMap((other) => this.good(other)),
      ...first.requirements.flatMap((requirement) => this.bad(first, requirement)),
      ...(first.requirements.length > 1 ? first.requirements.map((only) => this.alone(first, only)) : []),
      ...this.callers.flatMap((caller) => this.notGranted(caller)),
    ];
  }

  private good(caller: Caller): readonly AccessCase[] {
    return this.inEachShape(caller, words(caller.requirements), IN);
  }

  /** Good credentials for what is not the caller's. */
  private notGranted(caller: Caller): readonly AccessCase[] {
    const { foreignDeployment, foreignOperation } = caller;
    const credentials = words(caller.requirements);
    const model = foreignDeployment === undefined ? "unknown model" : "model not granted";
    const target = { deployment: foreignDeployment ?? "no-such-model" };
    return [
      ...this.inEachShape(caller, `${credentials}, ${model}`, FORBIDDEN, target),
      ...(foreignOperation === undefined
        ? []
        : this.inEachShape(
            caller,
            `${credentials}, ${foreignOperation.published ? "operation not granted" : "unknown operation"}`,
            foreignOperation.published ? FORBIDDEN : "404 not_found",
            { operation: foreignOperation.name },
          )),
    ];
  }

  /** The same call by each family of URLs that the API publishes. */
  private inEachShape(
    caller: Caller,
    how: string,
    expected: string,
    target: CallTarget = {},
  ): readonly AccessCase[] {
    return shapesOf(caller.api).map((shape, at) =>
      this.case(caller, at === 0 ? how : `${shape}: ${how}`, expected, async () =>
        call(this.environment, caller, await this.present(caller), { ...target, shape }),
      ),
    );
  }

  private bad(caller: Caller, requirement: Requirement): readonly AccessCase[] {
    switch (requirement.kind) {
      case "token":
        return this.badTokens(caller, requirement);
      case "certificate":
        return this.badCertificates(caller, requirement);
      case "key":
        return this.badKeys(caller);
    }
  }

  private badTokens(caller: Caller, requirement: TokenRequirement): readonly AccessCase[] {
    const refused: readonly (readonly [TokenDefect, string])[] = [
      ["other tenant", UNAUTHORIZED],
      ...this.otherClient(caller, requirement),
      ["expired", UNAUTHORIZED],
      ["not yet valid", UNAUTHORIZED],
      ["wrong audience", UNAUTHORIZED],
      ...(requirement.scope === undefined ? [] : ([["missing scope", INSUFFICIENT]] as const)),
      ...(requirement.role === undefined ? [] : ([["missing role", INSUFFICIENT]] as const)),
      ["ID token", UNAUTHORIZED],
      ["ID token for the API", UNAUTHORIZED],
      ["unsigned", UNAUTHORIZED],
      ["signed by another key", UNAUTHORIZED],
    ];
    return refused.map(([defect, expected]) =>
      this.case(caller, `token, ${defect}`, expected, async () => {
        const token = await this.source.token(requirement, defect);
        return call(this.environment, caller, await this.present(caller, { headers: bearer(token) }));
      }),
    );
  }

  /** An authenticator that lists its clients refuses others; an API that knows its clients does so after it. */
  private otherClient(
    { client }: Caller,
    { name, clientIds }: TokenRequirement,
  ): readonly (readonly [TokenDefect, string])[] {
    const listed = this.listsClients(name) && clientIds.length > 0;
    if (!listed && client === undefined) {
      return [];
    }
    return [["other application", listed ? UNAUTHORIZED : FORBIDDEN]];
  }

  private listsClients(authenticator: string): boolean {
    const [first] = this.callers;
    if (first === undefined) {
      return false;
    }
    const withoutClients = { ...this.environment, settings: { ...this.environment.settings, clients: [] } };
    return callersOf(withoutClients, first.api)
      .flatMap((callers) => callers.flatMap(({ requirements }) => requirements))
      .some((each) => each.kind === "token" && each.name === authenticator && each.clientIds.length > 0);
  }

  private badCertificates(caller: Caller, requirement: CertificateRequirement): readonly AccessCase[] {
    return CERTIFICATE_DEFECTS.map((defect) =>
      this.case(caller, `certificate, ${defect}`, FORBIDDEN, async () => {
        const certificate = await this.source.certificate(requirement, defect);
        return call(this.environment, caller, await this.present(caller, { certificate }));
      }),
    );
  }

  private badKeys(caller: Caller): readonly AccessCase[] {
    const { subscription } = caller;
    const withKey = async (key: string, from = caller): Promise<string> =>
      call(this.environment, from, await this.present(from, { headers: { "api-key": key } }));
    const other = this.callers.find(
      (each) => each.name !== caller.name && (caller.requirements.length > 1 || !hasRightsOf(each, caller)),
    );
    return [
      this.case(caller, "key that nobody has", UNAUTHORIZED, () =>
        withKey("0123456789abcdef0123456789abcdef"),
      ),
      this.case(caller, "key, suspended", UNAUTHORIZED, () =>
        this.source.withSuspendedKey(subscription, (key) => withKey(key)),
      ),
      ...(other === undefined
        ? []
        : [
            this.case(caller, "key of another client", FORBIDDEN, async () =>
              withKey(await this.source.key(other.subscription)),
            ),
          ]),
    ];
  }

  /** One of several credentials that must come together. */
  private alone(caller: Caller, only: Requirement): AccessCase {
    return this.case(caller, `${words([only])} alone`, UNAUTHORIZED, async () =>
      call(this.environment, caller, await this.present({ ...caller, requirements: [only] })),
    );
  }

  private case(caller: Caller, how: string, expected: string, run: () => Promise<string>): AccessCase {
    return { target: this.target, who: caller.name, how, expected, run };
  }

  private present(caller: Caller, given: PresentedCredentials = {}): Promise<PresentedCredentials> {
    return presentCredentials(this.source, caller, given);
  }
}

function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` };
}

/** Whoever comes with nothing but a key is the client of that key: no harm where it may do the same. */
function hasRightsOf(other: Caller, { operation, deployment }: Caller): boolean {
  return other.operations.includes(operation) && other.deployments.includes(deployment);
}

function words(requirements: readonly Requirement[]): string {
  return requirements.map(({ kind }) => kind).join(" and ");
}

/** Families of URLs that an API publishes; calls go by the first. */
export function shapesOf({ urlShapes = ["dated", "v1"] }: ApiSettings): readonly UrlShape[] {
  return urlShapes;
}

function call(
  environment: TargetEnvironment,
  caller: Caller,
  presented: PresentedCredentials,
  target: CallTarget = {},
): Promise<string> {
  return callGateway({
    ...wayTo(environment, caller.api),
    wait: environment.wait,
    operation: caller.operation,
    deployment: caller.deployment,
    shape: shapesOf(caller.api)[0],
    ...presented,
    ...target,
  });
}
