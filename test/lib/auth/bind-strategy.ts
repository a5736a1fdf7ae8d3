import type { AuthBinding, AuthStrategy } from "../../../lib/auth/auth-strategy";
import type { ICertificateAuthority } from "../../../lib/auth/certificate-authority";
import { type Problem, Problems } from "../../../lib/validation/problems";
import type { SecurityControl } from "../../../lib/validation/security-opt-out";

export const TENANT = "11111111-1111-4111-8111-111111111111";
export const OTHER_TENANT = "11111111-1111-4111-8111-222222222222";
export const API = "22222222-2222-4222-8222-222222222222";
export const CLIENT = "33333333-3333-4333-8333-333333333333";

export const ROOT: ICertificateAuthority = {
  subject: "CN=Partner Root, O=Partner",
  thumbprint: "0".repeat(40),
  isRoot: true,
  encodedCertificate: "cm9vdA==",
};
export const ISSUING: ICertificateAuthority = {
  subject: "CN=Partner Issuing, O=Partner",
  thumbprint: "A".repeat(40),
  isRoot: false,
  encodedCertificate: "aXNzdWluZw==",
};

export interface BindStrategyOptions {
  /** @default - none */
  readonly optOuts?: readonly SecurityControl[];
  /** @default true */
  readonly certificateAuthoritiesSupported?: boolean;
}

/** Binds a strategy to an API, as `OpenAiApi` does. */
export function bindStrategy(
  strategy: AuthStrategy,
  { optOuts = [], certificateAuthoritiesSupported = true }: BindStrategyOptions = {},
): { readonly binding: AuthBinding; readonly problems: readonly Problem[] } {
  const problems = new Problems("stack/api");
  const binding = strategy.bind({
    problems,
    optOuts: { has: (control) => optOuts.includes(control) },
    certificateAuthoritiesSupported,
  });
  return { binding, problems: problems.all };
}
