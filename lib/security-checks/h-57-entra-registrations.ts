import type { HouseCheck } from "./house-check";
import { block, blocks, type SynthesizedResource, type SynthesizedStack } from "./synthesized-stack";

const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1)([:/]|$)/;

export const entraRegistrations: HouseCheck = {
  id: "H-57",
  title: "an API gives tokens of one tenant, to whoever was assigned, and its clients keep no secret",
  check: (stack) =>
    stack
      .ofType("azuread_application")
      .flatMap((application) => [
        ...ofEveryApplication(stack, application),
        ...(isApi(application) ? ofApi(stack, application) : []),
      ]),
};

function isApi({ attributes }: SynthesizedResource): boolean {
  return (
    blocks(block(attributes.api)?.oauth2_permission_scope).length > 0 ||
    blocks(attributes.app_role).length > 0
  );
}

function ofEveryApplication(
  stack: SynthesizedStack,
  { address, attributes }: SynthesizedResource,
): readonly string[] {
  const uris = ["public_client", "web", "single_page_application"].flatMap(
    (name) => (block(attributes[name])?.redirect_uris ?? []) as readonly string[],
  );
  const implicit = block(block(attributes.web)?.implicit_grant) ?? {};
  const secrets = stack
    .ofType("azuread_application_password", "azuread_service_principal_password")
    .map((secret) => secret.address);
  return [
    ...(attributes.sign_in_audience === "AzureADMyOrg"
      ? []
      : [`${address}: sign_in_audience must be AzureADMyOrg`]),
    ...uris
      .filter((uri) => !/^https:\/\/[^*]+$/.test(uri) && !LOOPBACK.test(uri))
      .map((uri) => `${address}: tokens may be sent to ${uri}`),
    ...Object.entries(implicit)
      .filter(([, enabled]) => enabled !== false)
      .map(([name]) => `${address}: web.implicit_grant.${name} must be off`),
    ...secrets.map((secret) => `${address}: ${secret} is a secret of an application`),
  ];
}

function ofApi(stack: SynthesizedStack, { address, attributes }: SynthesizedResource): readonly string[] {
  const principals = stack
    .ofType("azuread_service_principal")
    .filter((principal) => principal.attributes.client_id === `\${${address}.client_id}`);
  return [
    ...(principals.length === 0 ? [`${address}: no service principal that says who is assigned`] : []),
    ...principals
      .filter((principal) => principal.attributes.app_role_assignment_required !== true)
      .map((principal) => `${principal.address}: app_role_assignment_required must be true`),
    ...(block(attributes.api)?.requested_access_token_version === 2
      ? []
      : [`${address}: api.requested_access_token_version must be 2`]),
    // Left out means User.
    ...blocks(block(attributes.api)?.oauth2_permission_scope)
      .filter(({ type }) => type !== "Admin")
      .map(({ value }) => `${address}: users alone must not consent to ${String(value)}`),
    ...(attributes.fallback_public_client_enabled === false
      ? []
      : [`${address}: fallback_public_client_enabled must be false`]),
    ...(blocks(block(attributes.optional_claims)?.access_token).some(({ name }) => name === "idtyp")
      ? []
      : [`${address}: access tokens must carry idtyp`]),
  ];
}
