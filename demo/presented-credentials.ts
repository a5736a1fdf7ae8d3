import type { CredentialSource } from "./credential-source";
import type { GatewayCallProps } from "./gateway-call";
import type { Caller } from "./target-environment";

/** Credentials as a request carries them. */
export type PresentedCredentials = Pick<GatewayCallProps, "headers" | "certificate">;

/** Everything that the caller needs, but what is given already. @throws NotRun for what the source does not have */
export async function presentCredentials(
  source: CredentialSource,
  caller: Caller,
  given: PresentedCredentials = {},
): Promise<PresentedCredentials> {
  const headers: Record<string, string> = { ...given.headers };
  let { certificate } = given;
  for (const requirement of caller.requirements) {
    if (requirement.kind === "token") {
      headers.authorization ??= `Bearer ${await source.token(requirement)}`;
    } else if (requirement.kind === "key") {
      headers["api-key"] ??= await source.key(caller.subscription);
    } else {
      certificate ??= await source.certificate(requirement);
    }
  }
  return { headers, certificate };
}
