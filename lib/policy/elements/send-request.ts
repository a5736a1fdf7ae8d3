import { ANYWHERE, PolicyElement, type PolicyValue } from "../policy-element";
import { setBody } from "./set-body";

/** Attributes and children of `<send-request>`. */
export interface SendRequestProps {
  /** Variable that gets the response: an `IResponse`, or `null` if none came. */
  readonly responseVariable: string;
  /** Absolute URL. */
  readonly url: PolicyValue;
  /** HTTP method. */
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Each overrides. @default - no header */
  readonly headers?: readonly PolicyElement[];
  /** Body of the request. @default - none */
  readonly body?: PolicyValue;
  /** Seconds until the response, 1 to 240. */
  readonly timeout: number;
}

const MAX_TIMEOUT_SECONDS = 240;

/**
 * `<send-request>` that never fails by itself: the policies after it must look at the variable, which is `null` where
 * no response came. A status of 400 or more is a response like any other.
 *
 * Source: https://learn.microsoft.com/azure/api-management/send-request-policy
 */
export function sendRequest(props: SendRequestProps): PolicyElement {
  const { responseVariable, url, method, headers = [], body, timeout } = props;
  const inRange = Number.isInteger(timeout) && timeout >= 1 && timeout <= MAX_TIMEOUT_SECONDS;
  return new PolicyElement({
    name: "send-request",
    attributes: {
      mode: "new",
      "response-variable-name": responseVariable,
      timeout,
      "ignore-error": true,
    },
    children: [
      new PolicyElement({ name: "set-url", text: url }),
      new PolicyElement({ name: "set-method", text: method }),
      ...headers,
      ...(body === undefined ? [] : [setBody(body)]),
    ],
    placement: ANYWHERE,
    problems: [
      inRange
        ? undefined
        : {
            rule: `timeout of <send-request> must be a whole number from 1 to ${MAX_TIMEOUT_SECONDS}`,
            value: timeout,
            remedy: "choose how long a caller may be kept waiting for it",
          },
    ],
  });
}
