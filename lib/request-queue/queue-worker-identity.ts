import { Token } from "cdktf";
import type { IWorkloadIdentity } from "../identity";
import { GUID, isTokenAudience, type Problems, TOKEN_SCOPE } from "../validation";

/** Who takes requests from a queue, and how it proves itself to the gateway. */
export interface QueueWorkerIdentity {
  /** Managed identity of the worker: the only one that may read the queue and speak for callers. */
  readonly identity: IWorkloadIdentity;
  /** Tenant of the identity: a GUID. */
  readonly tenantId: string;
  /**
   * `aud` of the worker's tokens: application (client) id of a registration in that tenant; with `tokenVersion` 1 its
   * `api://` URI. Of its own, or that of an API: a token for it is worth nothing to anybody but the worker.
   */
  readonly audience: string;
  /** Version of the tokens, as the registration says (`requestedAccessTokenVersion`). @default 2 */
  readonly tokenVersion?: 1 | 2;
  /** App roles of the registration of which the worker's tokens need one. @default - none are needed */
  readonly roles?: readonly string[];
}

/** Reports a worker that could not prove itself. */
export function checkQueueWorkerIdentity(
  { identity, tenantId, audience, tokenVersion = 2, roles = [] }: QueueWorkerIdentity,
  problems: Problems,
): void {
  problems.check(GUID.pattern.test(tenantId), {
    rule: `tenantId of the worker must be ${GUID.words}`,
    value: tenantId,
    remedy: "use the directory (tenant) id of the subscription",
  });
  problems.check(Token.isUnresolved(audience) || isTokenAudience(audience, tokenVersion), {
    rule: "audience of the worker must be an application id, or with tokenVersion 1 an api:// URI",
    value: audience,
    remedy: "use the application (client) id of the registration",
  });
  problems.check(audience !== identity.clientId, {
    rule: "audience of the worker must not be the worker itself",
    value: audience,
    remedy: "register an application that stands for the gateway",
  });
  for (const role of roles) {
    problems.checkPattern(role, TOKEN_SCOPE.pattern, {
      rule: `roles of the worker must each be ${TOKEN_SCOPE.words}`,
      remedy: "list each role by its value, as it stands in the token",
    });
  }
}
