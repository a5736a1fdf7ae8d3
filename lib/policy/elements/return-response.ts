import { ANYWHERE, PolicyElement, type PolicyValue } from "../policy-element";

/** Attributes and children of `<return-response>`. */
export interface ReturnResponseProps {
  /** HTTP status: a number, or an expression of type `int`. */
  readonly statusCode: PolicyValue;
  /** Each overrides. @default - no header */
  readonly headers?: readonly PolicyElement[];
  /** Body of the answer. @default - none */
  readonly body?: PolicyValue;
}

/**
 * `<return-response>`: ends the pipeline with a response made from nothing.
 *
 * Source: https://learn.microsoft.com/azure/api-management/return-response-policy
 */
export function returnResponse({ statusCode, headers = [], body }: ReturnResponseProps): PolicyElement {
  return new PolicyElement({
    name: "return-response",
    children: [
      new PolicyElement({ name: "set-status", attributes: { code: statusCode } }),
      ...headers,
      ...(body === undefined ? [] : [new PolicyElement({ name: "set-body", text: body })]),
    ],
    placement: ANYWHERE,
  });
}
