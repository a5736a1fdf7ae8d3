import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { createLocalJWKSet, jwtVerify } from "jose";
import type { Simulation } from "../simulator";
import { LocalCertificateAuthority } from "../simulator/certificates";
import { readBytes, singleChunk } from "../simulator/network";

const COGNITIVE_SERVICES = "https://cognitiveservices.azure.com";

export interface PlainProxyProps {
  /** Whose accounts and tokens are used. */
  readonly simulation: Simulation;
  /** Name that the proxy's certificate carries. */
  readonly hostName: string;
  /** What a token must say. */
  readonly issuer: string;
  readonly audience: string;
}

/**
 * What the same calls cost without API Management: an HTTPS server of Node.js that verifies the token with jose and
 * forwards to the same simulated account, with a token of the same identity. No policy, no limit, no trace.
 */
export async function startPlainProxy(
  props: PlainProxyProps,
): Promise<{ readonly port: number; readonly caPem: string }> {
  const authority = await LocalCertificateAuthority.create();
  const { chainPem, privateKeyPem } = await authority.issue(props.hostName);
  const forward = await forwarder(props);
  const server = createServer({ cert: chainPem, key: privateKeyPem }, (request, response) => {
    forward(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: portOf(server), caPem: authority.pem };
}

async function forwarder({
  simulation,
  issuer,
  audience,
}: PlainProxyProps): Promise<(request: IncomingMessage, response: ServerResponse) => Promise<void>> {
  const { model, identity, network } = simulation;
  const [gateway] = model.gateways;
  const [account] = model.accounts;
  const host = account?.hostNames[0];
  const clientId = gateway?.identities.find(({ kind }) => kind === "UserAssigned")?.clientId;
  if (gateway === undefined || host === undefined || clientId === undefined) {
    throw new Error("the stack has no gateway with an identity, or no account");
  }
  const token = await identity.managedIdentityToken(gateway, COGNITIVE_SERVICES, clientId);
  const discovery = await getJson<{ readonly jwks_uri: string }>(
    simulation,
    `${issuer}/.well-known/openid-configuration`,
  );
  const keys = createLocalJWKSet(await getJson(simulation, discovery.jwks_uri));
  const [sourceAddress] = gateway.publicIpAddresses;
  return async (request, response) => {
    const bearer = request.headers.authorization?.replace(/^Bearer /, "") ?? "";
    await jwtVerify(bearer, keys, { issuer, audience });
    const body = await readBytes(request as AsyncIterable<Uint8Array>);
    const answer = await network.fetch(
      {
        url: `https://${host}${(request.url ?? "").replace(/^\/[^/]+/, "")}`,
        method: request.method ?? "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: singleChunk(body),
      },
      { origin: gateway.virtualNetwork ? "virtualNetwork" : "internet", sourceAddress },
    );
    const text = await readBytes(answer.body);
    response.writeHead(answer.status, { "content-type": "application/json", "content-length": text.length });
    response.end(text);
  };
}

async function getJson<T>({ network }: Simulation, url: string): Promise<T> {
  const answer = await network.fetch({ url, method: "GET", headers: {} }, { origin: "internet" });
  return JSON.parse((await readBytes(answer.body)).toString("utf8")) as T;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
