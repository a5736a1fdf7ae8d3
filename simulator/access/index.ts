export { apiAddress } from "../gateway";
export { type Access, type ApiAccess, findAccess, type QueuedAccess, type Trial } from "./access-trial";
export type { UnknownAuthenticator } from "./authenticator";
export { type Credential, describeCredential, present, type PresentedCredentials } from "./credential";
export type { SampleRequest } from "./sample-request";
export { type AccessChange, accessChanges, type AccessEffect, describeChange } from "./access-changes";
export { accessMarkdown, readAccessMarkdown } from "./access-markdown";
export { accessOf, type AccessOptions } from "./access-of";
export type { ShownFact } from "./api-access-report";
export { type EvaluatedLimit, limitsIn } from "./evaluated-limit";
export type {
  AccessFact,
  AccessReport,
  AccessTopic,
  AccessVerdict,
  AlikeCaller,
  ApiReport,
  CallerReport,
  TokenUse,
  WayReport,
} from "./access-report";
