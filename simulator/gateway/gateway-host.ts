import { AsyncLocalStorage } from "node:async_hooks";
import { type HttpHandler, NetworkError } from "../network";
import type { Gateway } from "./gateway";

/** How deep calls of gateways by policies nest; a policy that calls its own API would go on until memory ends. */
const depth = new AsyncLocalStorage<number>();
const MAX_DEPTH = 10;

/** Methods whose requests carry no body unless they say so. */
const BODILESS = new Set(["GET", "HEAD", "OPTIONS", "DELETE", "TRACE"]);

/**
 * A gateway as a host of the simulated network: for policies that call their own gateway, and for programs that
 * come through the proxy. No client certificate gets through this way.
 * @throws NetworkError when calls of gateways by policies nest too deeply
 */
export function gatewayHost(gateway: Gateway): HttpHandler {
  return async ({ method, url, headers, body, signal }) => {
    const level = (depth.getStore() ?? 0) + 1;
    if (level > MAX_DEPTH) {
      throw new NetworkError("ECONNRESET", `calls of gateways by policies nest more than ${MAX_DEPTH} deep`);
    }
    const answer = await depth.run(level, () =>
      gateway.handle({
        method,
        host: url.host,
        target: `${url.pathname}${url.search}`,
        headers: Object.entries(headers),
        body: BODILESS.has(method) && headers["content-length"] === undefined ? undefined : body,
        ipAddress: "127.0.0.1",
        certificateChain: [],
        signal,
      }),
    );
    const lowerCase = Object.entries(answer.headers).map(([name, values]) => [name.toLowerCase(), values]);
    return {
      ...answer,
      headers: Object.fromEntries(lowerCase) as Readonly<Record<string, readonly string[]>>,
    };
  };
}
