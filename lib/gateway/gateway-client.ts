import { ApiManagementSubscription } from "@cdktf/provider-azurerm/lib/api-management-subscription";
import { Construct } from "constructs";
import { Problems, recordEndDate } from "../validation";
import { checkAccessEnd } from "./access-end";
import { checkCallerLimits, limitsOf } from "./caller-limits";
import { childName } from "./child-name";
import type { ClientIdentity } from "./client-identity";
import { type IGatewayService, inService } from "./gateway-service";
import type { OpenAiApi } from "./openai-api";
import { API_OR_CLIENT_NAME } from "./openai-api-checks";
import { type ApiBackend, apiBackends } from "./openai-backend";
import type { CallerLimits, ClientDescription, ClientRights } from "./policy/openai-api-description";
import type { OpenAiOperationGroup } from "./policy/openai-operation";

/** What a client may do on one API. Limits that are left out are those of the API. */
export interface ClientAccess extends CallerLimits {
  /** Operation groups. @default - all that the API publishes */
  readonly operations?: readonly OpenAiOperationGroup[];
  /** Model deployments. @default - all that the API serves */
  readonly deployments?: readonly string[];
  /**
   * What answers this client, of the accounts and model endpoints of the API, with priorities and weights of its own: provisioned
   * throughput for one, what is left for another, or the accounts of its region. A deployment that none of them hosts
   * is refused.
   *
   * @default - those of the API
   */
  readonly backends?: readonly ApiBackend[];
  /** Credentials that identify the client on this API. @default - those of the client */
  readonly identifiedBy?: readonly ClientIdentity[];
}

/** A named consumer of a gateway: `gateway.addClient(name, options)`. */
export interface GatewayClientOptions extends ClientAccess {
  /** API that the client may use. `client.allow()` adds further ones. */
  readonly api: OpenAiApi;
  /** Credentials that identify the client, at least one: each belongs to no other client of the API. */
  readonly identifiedBy: readonly ClientIdentity[];
  /**
   * Whether the client is locked out, on all its APIs. Its keys stop working and its tokens and certificates
   * are refused; nothing of another client changes. @default false
   */
  readonly suspended?: boolean;
  /**
   * Last day on which the client is let in, `YYYY-MM-DD`, in UTC by the gateway's clock: then it is refused on all its
   * APIs, without a deployment. Synthesis warns from 30 days before. Needs a `SynthesisDate`.
   *
   * @default - its access does not end
   */
  readonly expires?: string;
}

/** A client, as `gateway.addClient` makes it. */
export interface GatewayClientProps extends GatewayClientOptions {
  /** Service whose APIs the client may use. */
  readonly gateway: IGatewayService;
  /** Name in logs, metrics, counters and subscriptions: 3 to 40 lower-case letters, digits or '-'. */
  readonly name: string;
}

/**
 * A named consumer with the credentials that identify it and its rights. To remove or suspend it touches no
 * other.
 *
 * A client that is identified by a key gets a subscription of its own on each API, with two keys that are
 * valid at the same time. To rotate without an interruption: regenerate the slot that is not in use, give the
 * new key to the client, and once it uses that, regenerate the other slot:
 *
 * ```console
 * az rest --method post --url "<subscription id>/regenerateSecondaryKey?api-version=2024-05-01"
 * az rest --method post --url "<subscription id>/regeneratePrimaryKey?api-version=2024-05-01"
 * ```
 *
 * Terraform reads the new keys at the next refresh and changes nothing. Keys are in the state, which is as
 * secret as they are: read them with `listSecrets`, or by an output that is marked sensitive.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-subscriptions
 */
export class GatewayClient extends Construct {
  /** Name in logs, metrics, counters and subscriptions. */
  public readonly name: string;
  private readonly gateway: IGatewayService;
  private readonly identifiedBy: readonly ClientIdentity[];
  private readonly suspended: boolean;
  private readonly expires?: string;
  private readonly subscriptions = new Map<OpenAiApi, ApiManagementSubscription>();

  /** @throws ValidationError with everything that is wrong with `props` */
  public constructor(scope: Construct, id: string, props: GatewayClientProps) {
    super(scope, id);
    this.name = props.name;
    this.gateway = props.gateway;
    // JavaScript may leave out what has no default; that is reported with everything else.
    this.identifiedBy = [...((props.identifiedBy as readonly ClientIdentity[] | undefined) ?? [])];
    this.suspended = props.suspended ?? false;
    this.expires = props.expires;
    const problems = new Problems(this);
    if (props.expires !== undefined) {
      checkAccessEnd(this, props.expires, problems);
      recordEndDate(this, { what: `access of client ${props.name}`, endsOn: props.expires });
    }
    problems.checkLiteral(props.name, API_OR_CLIENT_NAME.pattern, {
      rule: `name must be a literal of ${API_OR_CLIENT_NAME.words}`,
      remedy: "shorten or change it",
    });
    this.admit(props.api, props, problems);
  }

  /**
   * Lets the client use a further API of the same gateway.
   *
   * @throws ValidationError if the API is of another gateway, the client may use it already, it has no
   * authenticator for the client's credentials, or the rights are more than the API offers
   */
  public allow(api: OpenAiApi, access: ClientAccess = {}): this {
    this.admit(api, access, new Problems(this));
    return this;
  }

  /**
   * The client's subscription on an API, which holds its keys. Never give a key to an output that is not
   * sensitive.
   *
   * @returns `undefined` if no key identifies the client there
   */
  public subscription(api: OpenAiApi): ApiManagementSubscription | undefined {
    return this.subscriptions.get(api);
  }

  private admit(api: OpenAiApi, access: ClientAccess, problems: Problems): void {
    const identifiedBy = access.identifiedBy ?? this.identifiedBy;
    const subscriptionName = childName(api.apiName, this.name);
    const needsKey = identifiedBy.some(({ credential }) => credential === "key");
    problems.check(api.gateway === this.gateway, {
      rule: "a client may use APIs of its own gateway only",
      value: api.node.path,
      remedy: "add a client to that gateway",
    });
    problems.check(identifiedBy.length > 0, {
      rule: "identifiedBy must not be empty",
      remedy: "say how the client is recognized: ClientIdentity.application(…)",
    });
    checkCallerLimits(access, problems);
    const identities = identifiedBy.flatMap(
      (identity) => identity.on(api.authenticators, subscriptionName, problems) ?? [],
    );
    const backends = access.backends && apiBackends(access.backends);
    const description: ClientDescription = {
      name: this.name,
      identities,
      rights: rights(access),
      suspended: this.suspended,
      expires: this.expires,
    };
    api.checkClient(description, problems);
    if (backends) {
      api.checkClientBackends(description, backends, problems);
    }
    const isIdentified = identities.length > 0 && identities.length === identifiedBy.length;
    if (isIdentified) {
      api.checkAdmission(description, problems);
    }
    if (needsKey) {
      this.gateway.checkSubscription(subscriptionName, problems);
    }
    problems.throwIfAny();

    api.acceptClient(description, backends);
    if (needsKey) {
      this.subscriptions.set(api, this.createSubscription(api, subscriptionName));
    }
  }

  private createSubscription(api: OpenAiApi, name: string): ApiManagementSubscription {
    const subscription = new ApiManagementSubscription(this, `subscription-${api.apiName}`, {
      ...inService(this.gateway, this),
      subscriptionId: name,
      displayName: `${this.name} on ${api.apiName}`,
      // Not the API's `id`: it ends in a revision, and keys of a revision open nothing.
      apiId: `${this.gateway.id}/apis/${api.resource.name}`,
      state: this.suspended ? "suspended" : "active",
      allowTracing: false,
    });
    this.gateway.acceptSubscription(name, subscription);
    return subscription;
  }
}

function rights({ operations, deployments, ...access }: ClientAccess): ClientRights {
  return { operations, deployments, limits: limitsOf(access) };
}
