import { shellWord } from "./shell-word";

/** A call, for `curl`. */
export interface CurlCall {
  readonly url: string;
  readonly method: string;
  /** Path of the CA's certificate. */
  readonly caFile: string;
  /** Address to connect to, where the name in the URL does not lead there. @default - the name's */
  readonly address?: string;
  /** `Name: value`, or `@file` for lines in a file. */
  readonly headers: readonly string[];
  readonly certificate?: { readonly chainFile: string; readonly keyFile: string };
  /** Sent as it is; an object as JSON. */
  readonly body?: Readonly<Record<string, unknown>> | string;
  /** Shell variable whose value ends the URL. @default - none */
  readonly variable?: string;
}

/** A command for a POSIX shell, over several lines; the URL, which is long, ends it. */
export function curlCommand(call: CurlCall): string {
  const { url, method, caFile, address, headers, certificate, body, variable } = call;
  const { port } = new URL(url);
  const usualMethod = body === undefined ? "GET" : "POST";
  return [
    `curl -i --cacert ${shellWord(caFile)}`,
    ...(method === usualMethod ? [] : [`-X ${shellWord(method)}`]),
    ...(address === undefined ? [] : [`--connect-to ${shellWord(`:${port}:${address}:${port}`)}`]),
    ...(certificate === undefined
      ? []
      : [`--cert ${shellWord(certificate.chainFile)}`, `--key ${shellWord(certificate.keyFile)}`]),
    ...headers.map((header) => `-H ${shellWord(header)}`),
    ...(body === undefined
      ? []
      : [
          `-H ${shellWord("Content-Type: application/json")} -d ${shellWord(typeof body === "string" ? body : JSON.stringify(body))}`,
        ]),
    variable === undefined ? shellWord(url) : `${shellWord(url)}"$${variable}"`,
  ].join(" \\\n  ");
}

/**
 * The same for an answer that says where something will be: prints it, and keeps the place for the commands after it.
 * @param variable gets the value of `Location`
 */
export function curlForLocation(call: CurlCall, variable: string): string {
  const answer = "$(printf '%s' \"$answer\" | tr -d '\\r' | sed -n 's/^[Ll]ocation: *//p')";
  return [
    `answer=$(${curlCommand(call).replace("curl -i", "curl -i -sS")})`,
    `${variable}=${answer}; printf '%s\\n' "$answer"`,
  ].join("\n");
}
