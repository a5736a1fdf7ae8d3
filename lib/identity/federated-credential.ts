import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { NAME_RULES } from "../private";
import { Problems } from "../validation";
import type { FederatedSubject } from "./federated-subject";

/** Audience that Entra expects in the tokens it exchanges. */
const TOKEN_EXCHANGE_AUDIENCE = "api://AzureADTokenExchange";

/** Entra's limit for one application or identity. */
const MAX_CREDENTIALS = 20;

/**
 * Lets one external workload act as an identity, without any secret.
 *
 * Source: https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 */
export interface FederatedCredentialOptions {
  /** The workload. */
  readonly subject: FederatedSubject;
  /** Name of the credential: 3 to 120 letters, digits, '-' or '_'. @default - the construct id */
  readonly name?: string;
  /** `aud` of the workload's tokens. @default "api://AzureADTokenExchange" */
  readonly audience?: string;
}

/** @internal a credential that was checked */
export interface FederatedCredential {
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

/**
 * The credentials of one identity or application, held to the rules that Entra applies to all of them
 * together.
 *
 * Source: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
 *
 * @internal
 */
export class FederatedCredentials {
  private readonly accepted: FederatedCredential[] = [];

  public constructor(private readonly owner: IConstruct) {}

  public get count(): number {
    return this.accepted.length;
  }

  /** @throws ValidationError with everything that is wrong with the credential */
  public accept(id: string, options: FederatedCredentialOptions): FederatedCredential {
    const { subject, name = id, audience = TOKEN_EXCHANGE_AUDIENCE } = options;
    const credential = { name, issuer: subject.issuer, subject: subject.subject, audience };
    const problems = new Problems(this.owner, id);
    problems.checkPattern(name, NAME_RULES.federatedCredential.pattern, {
      rule: `name must be ${NAME_RULES.federatedCredential.words}`,
      remedy: "set name",
    });
    problems.checkPattern(audience, /\S/, {
      rule: "audience must not be empty",
      remedy: `leave it out for ${TOKEN_EXCHANGE_AUDIENCE}`,
    });
    subject.problems().forEach((problem) => problems.add(problem));
    problems.check(!this.accepted.some((other) => isSameWorkload(other, credential)), {
      rule: "issuer and subject must be unique on an identity",
      value: credential.subject,
      remedy: "remove the second credential",
    });
    problems.check(this.accepted.length < MAX_CREDENTIALS, {
      rule: `an identity has at most ${MAX_CREDENTIALS} federated credentials`,
      value: this.accepted.length + 1,
      remedy: "spread the workloads over several identities",
    });
    problems.throwIfAny();
    this.accepted.push(credential);
    return credential;
  }
}

/** Tokens are not compared: two different ones may stand for the same value, which only Terraform knows. */
function isSameWorkload(a: FederatedCredential, b: FederatedCredential): boolean {
  return a.issuer === b.issuer && a.subject === b.subject && !Token.isUnresolved(a.issuer);
}
