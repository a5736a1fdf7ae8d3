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
}

/** A command for a POSIX shell, over several lines; the URL, which is long, ends it. */
export function curlCommand(call: CurlCall): string {
  const { url, method, caFile, address, headers, certificate, body } = call;
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
    shellWord(url),
  ].join(" \\\n  ");
}
