import { HttpsProxyAgent } from "https-proxy-agent";
import { type Dispatcher, EnvHttpProxyAgent, fetch as undiciFetch } from "undici";

/**
 * What leads outgoing connections through the proxy of `HTTPS_PROXY`, for the two clients that do not read it
 * themselves.
 */
export interface Proxy {
  readonly fetch: typeof fetch;
  /** Options of a web socket. */
  readonly webSocketOptions: object;
}

/** Longest time between two bytes of an answer: a model may think for minutes before the first. */
const TIMEOUT_MS = 900_000;

export function proxyOf(environment: Readonly<Record<string, string | undefined>>): Proxy {
  const url = environment["HTTPS_PROXY"] ?? environment["https_proxy"];
  const dispatcher: Dispatcher = new EnvHttpProxyAgent({
    httpsProxy: url,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });
  return {
    fetch: (input, init) => undiciFetch(input as string, { ...(init as object), dispatcher }),
    webSocketOptions: url === undefined || url === "" ? {} : { agent: new HttpsProxyAgent(url) },
  };
}
