export { type Access, type ApiAccess, findAccess, type Trial } from "./access-trial";
export type { UnknownAuthenticator } from "./authenticator";
export { type Credential, describeCredential, present, type PresentedCredentials } from "./credential";
export type { SampleRequest } from "./sample-request";
