import type { Clock } from "../clock";
import { type IdentityPlatform, issuersNamedByPolicies } from "../identity";
import type { KeyVault } from "../key-vault";
import type { GatewayModel, SingleBackendModel, StackModel } from "../model";
import { type CredentialCheck, ModelEndpoint } from "../model-endpoints";
import { headerValue, type HttpRequest, type Network } from "../network";
import { NamedValues } from "../policies";

/** What endpoints are put into. */
export interface EndpointWorld {
  readonly model: StackModel;
  readonly network: Network;
  readonly identity: IdentityPlatform;
  readonly vaults: readonly KeyVault[];
  readonly clock: Clock;
}

/** A backend that says of itself that an OpenAI-compatible server is behind it. */
interface CompatibleBackend {
  readonly gateway: GatewayModel;
  readonly backend: SingleBackendModel;
}

/**
 * Puts an OpenAI-compatible server at the host of every backend whose title says so. It demands what the backend, or
 * the policies of its gateway, present: the key that the vault holds now, a token for the audience, the certificate.
 */
export function openModelEndpoints(world: EndpointWorld): readonly ModelEndpoint[] {
  const byHost = new Map<string, CompatibleBackend[]>();
  for (const gateway of world.model.gateways) {
    for (const { single } of gateway.backends) {
      if (single?.openAiCompatible === true && URL.canParse(single.url)) {
        const { host } = new URL(single.url);
        byHost.set(host, [...(byHost.get(host) ?? []), { gateway, backend: single }]);
      }
    }
  }
  return [...byHost]
    .filter(([host]) => !world.network.has(host))
    .map(([host, [first, ...others]]) => {
      const path = new URL(first?.backend.url ?? `https://${host}`).pathname;
      const endpoint = new ModelEndpoint({
        host,
        basePath: path.replace(/\/?(?:v1)?\/?$/, ""),
        clock: world.clock,
        credentials: demanded(
          [first, ...others].filter((each) => each !== undefined),
          world,
        ),
      });
      world.network.register(host, (request) => endpoint.handle(request));
      return endpoint;
    });
}

/** The current value of a secret of the stacks' vaults. @param url without version */
export function secretOf(vaults: readonly KeyVault[], url: string): string | undefined {
  const { host, pathname } = new URL(url);
  const [, , name = ""] = pathname.split("/");
  return vaults.find(({ model }) => new URL(model.uri).host === host)?.secret(name);
}

function demanded(backends: readonly CompatibleBackend[], world: EndpointWorld): CredentialCheck {
  return async (request) => {
    const keys = backends.flatMap(({ gateway, backend }) => [
      ...credentialHeaders(gateway, backend, world.vaults),
    ]);
    if (keys.length > 0) {
      return keys.some(([name, value]) => request.headers[name.toLowerCase()]?.join() === value)
        ? undefined
        : "Unauthorized: no valid key";
    }
    const [{ gateway } = { gateway: undefined }] = backends;
    const isKnown =
      gateway !== undefined &&
      (showsCertificate(request, gateway) || (await hasToken(request, gateway, world)));
    return isKnown ? undefined : "Unauthorized: neither a valid token nor a known certificate";
  };
}

/** Headers of the backend's credentials, with what the vault holds now. */
function credentialHeaders(
  gateway: GatewayModel,
  backend: SingleBackendModel,
  vaults: readonly KeyVault[],
): readonly (readonly [string, string])[] {
  const namedValues = gateway.namedValues.map((named) => ({
    ...named,
    value: (named.secretUrl === undefined ? undefined : secretOf(vaults, named.secretUrl)) ?? named.value,
  }));
  const current = new NamedValues({ namedValues });
  return Object.entries(backend.headers).map(([name, value]) => [
    name,
    current.substitute(value, () => undefined),
  ]);
}

function showsCertificate({ clientCertificate }: HttpRequest, { certificates }: GatewayModel): boolean {
  return (
    clientCertificate !== undefined &&
    certificates.some(({ der }) => Buffer.compare(Buffer.from(der), Buffer.from(clientCertificate)) === 0)
  );
}

async function hasToken(
  { headers }: HttpRequest,
  gateway: GatewayModel,
  { identity, model }: EndpointWorld,
): Promise<boolean> {
  const token = /^Bearer (\S+)$/.exec(headerValue(headers, "authorization") ?? "")?.[1];
  const { resources } = issuersNamedByPolicies(gateway);
  if (token === undefined || resources.length === 0) {
    return false;
  }
  const verified = await Promise.all(
    model.tenantIds.map((tenantId) => identity.tenant(tenantId).verify(token, resources)),
  );
  return verified.some((result) => "claims" in result);
}
