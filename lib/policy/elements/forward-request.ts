import { PolicyElement, type PolicyValue } from "../policy-element";

/** Longest wait for response headers that API Management promises to honour. */
const MAX_TIMEOUT_SECONDS = 240;

/** Attributes and children of `<forward-request>`. */
export interface ForwardRequestProps {
  /** Seconds until the backend's response headers, 1 to 240; or an expression that gives them. */
  readonly timeout: PolicyValue;
  /** Keep the request body, so that `retry` can send it again. @default false */
  readonly bufferRequestBody?: boolean;
  /** Collect the response before it goes to the caller. Server-sent events need `false`. @default true */
  readonly bufferResponse?: boolean;
}

/**
 * `<forward-request>`.
 *
 * Source: https://learn.microsoft.com/azure/api-management/forward-request-policy
 */
export function forwardRequest(props: ForwardRequestProps): PolicyElement {
  const { timeout, bufferRequestBody, bufferResponse } = props;
  const outOfRange =
    typeof timeout === "number" &&
    !(Number.isInteger(timeout) && timeout >= 1 && timeout <= MAX_TIMEOUT_SECONDS);
  return new PolicyElement({
    name: "forward-request",
    attributes: { timeout, "buffer-request-body": bufferRequestBody, "buffer-response": bufferResponse },
    placement: { sections: ["backend"] },
    problems: [
      outOfRange
        ? {
            rule: `timeout of <forward-request> must be a whole number from 1 to ${MAX_TIMEOUT_SECONDS}`,
            value: timeout,
            remedy: "choose a shorter wait: API Management may end longer ones by itself",
          }
        : undefined,
    ],
  });
}
