/** What a caller is told of a rule. */
export interface ToldRule {
  /** Member, parameter or header that is wrong. */
  readonly param: string;
  /** What to do. */
  readonly message: string;
}

/**
 * Rules that an authenticated caller is told, by the rule of the verdict: what its request must be like. Everybody else
 * is told the code only. Bounds differ by API, so the texts name none.
 */
export const TOLD_RULES: Readonly<Record<string, ToldRule>> = {
  path: {
    param: "path",
    message: "Segments of the path must be letters, digits, '.', '_' and '-', not encoded.",
  },
  "query-parameter": {
    param: "query",
    message: "The query has a parameter twice, or one that this operation does not take: leave it out.",
  },
  "api-version": {
    param: "api-version",
    message: "This API does not take this api-version: send one that it lists.",
  },
  "content-type": {
    param: "Content-Type",
    message: "Send application/json in UTF-8, or multipart/form-data for files, without Content-Encoding.",
  },
  "content-length": {
    param: "Content-Length",
    message: "The body is larger than this API takes: send less at once.",
  },
  "body-length": {
    param: "Transfer-Encoding",
    message: "Send Content-Length or Transfer-Encoding, not both.",
  },
  "body-unexpected": { param: "body", message: "This operation takes no body." },
  "body-size": { param: "body", message: "The body is larger than this API takes: send less at once." },
  "form-size": {
    param: "body",
    message: "A form that names its model is as small as a JSON body: send larger files to the dated URL.",
  },
  "body-form": {
    param: "model",
    message: "The form must have one model, a text, and be written as RFC 7578 has it.",
  },
  "header-count": { param: "headers", message: "The request has too many headers: send fewer of your own." },
  "body-json": { param: "body", message: "The body must be one object in strict JSON (RFC 8259)." },
  "body-duplicate-member": {
    param: "body",
    message: "A member stands twice in an object of the body: send it once.",
  },
  "body-member-case": {
    param: "body",
    message: "A member differs in case from the one that the service documents: write it as documented.",
  },
  "body-messages": { param: "messages", message: "messages must be an array of objects." },
  "body-input": { param: "input", message: "input must be a text or an array." },
  "body-choices": {
    param: "n",
    message: "n and best_of must be whole numbers from 1 to what this API allows.",
  },
  "body-output-tokens": {
    param: "max_completion_tokens",
    message:
      "max_tokens, max_completion_tokens and max_output_tokens must be whole numbers from 1 to what this API allows.",
  },
  "body-output-tokens-missing": {
    param: "max_completion_tokens",
    message:
      "State how many tokens the answer may have: max_completion_tokens, or max_output_tokens for responses.",
  },
  "output-tokens-above-limit": {
    param: "max_completion_tokens",
    message: "The request asks for more tokens of output than the caller may reserve in a minute.",
  },
  "prompt-above-limit": {
    param: "messages",
    message:
      "The prompt alone is above the smallest limit that counts for it, so that waiting does not help:",
  },
  "body-inputs": {
    param: "input",
    message: "input has more texts than this API takes at once: send several requests.",
  },
  "body-images": { param: "messages", message: "The request has more images than this API takes at once." },
  "body-service-tier": {
    param: "service_tier",
    message: "This API does not take this service_tier: leave it out, or send auto or default.",
  },
  "body-user-security-context": {
    param: "user_security_context",
    message: "This API does not take user_security_context: leave it out.",
  },
  "body-remote-content": {
    param: "body",
    message:
      "This API fetches nothing: send images and files as data: URLs, without data_sources or web search.",
  },
  "body-tools": {
    param: "tools",
    message:
      "This API takes tools that run at the client: function, custom and, for responses, local_shell, apply_patch, " +
      "namespace, computer, shell with the environment local. It takes none that the service runs.",
  },
  "body-stored-objects": {
    param: "body",
    message:
      "This API keeps and reads no objects: send store: false, and leave out background, previous_response_id, conversation, prompt " +
      "objects, file ids and item references.",
  },
  "body-store-missing": {
    param: "store",
    message: "The service stores responses unless told not to: send store: false.",
  },
  "body-input-item": {
    param: "input",
    message:
      "Each item of input needs a role, or a type that carries what it says: this API reads no stored items. Send " +
      "store: false, and include reasoning.encrypted_content where models reason, so that the next turn has all of it.",
  },
  "deployment-name": {
    param: "model",
    message: "Name the deployment: in the path of a dated URL, or else as model in the body.",
  },
};

/** The same of gateways with a queue. */
export const TOLD_QUEUE_RULES: Readonly<Record<string, ToldRule>> = {
  "queued-stream": {
    param: "stream",
    message: "A request that waits has nobody who reads a stream: leave stream out.",
  },
  "queued-size": {
    param: "body",
    message: "The request is larger than a message of the queue: send less at once, or do not queue it.",
  },
  "queued-output-tokens": {
    param: "max_completion_tokens",
    message: "The request asks for more tokens of output than requests that wait may take in a minute.",
  },
  "queued-user": {
    param: "Authorization",
    message: "The name of client or user is longer than requests that wait can carry: do not queue it.",
  },
  "queued-after": { param: "after", message: "after must be what the list before gave as next." },
};
