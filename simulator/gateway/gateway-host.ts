import type { HttpHandler } from "../network";
import type { Gateway } from "./gateway";

/** Methods whose requests carry no body unless they say so. */
const bodiless = new Set(["GET", "HEAD", "OPTIONS", "DELETE", "TRACE"]);

/**
 * A gateway as a host of the simulated network: for policies that call their own gateway, and for programs that
 * come through the proxy. No client certificate gets through this way.
 */
export function gatewayHost(gateway: Gateway): HttpHandler {
  return async ({ method, url, headers, body, signal }) => {
    const answer = await gateway.handle({
      method,
      host: url.host,
      target: `${url.pathname}${url.search}`,
      headers: Object.entries(headers),
      body: bodiless.has(method) && headers["content-length"] === undefined ? undefined : body,
      ipAddress: "127.0.0.1",
      certificateChain: [],
      signal,
    });
    const lowerCase = Object.entries(answer.headers).map(([name, values]) => [name.toLowerCase(), values]);
    return {
      ...answer,
      headers: Object.fromEntries(lowerCase) as Readonly<Record<string, readonly string[]>>,
    };
  };
}
