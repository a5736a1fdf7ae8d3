export { type AccountFault, AccountFaults } from "./account-faults";
export { OpenAiAccount, type OpenAiAccountProps } from "./openai-account";
export { type AccountRequest, RequestLog } from "./request-log";
export { type Encoding, encodingOf } from "./tokenizer";
