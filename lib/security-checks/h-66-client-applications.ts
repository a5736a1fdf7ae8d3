import type { HouseCheck } from "./house-check";
import { block, blocks, type SynthesizedResource, type SynthesizedStack } from "./synthesized-stack";

export const clientApplications: HouseCheck = {
  id: "H-66",
  title: "a client application beside its API asks for what that API has, and the API knows it",
  check: (stack) => {
    const applications = stack.ofType("azuread_application");
    const named = new Map(applications.map((each) => [`\${${each.address}.client_id}`, each]));
    return [
      ...applications.flatMap((client) =>
        blocks(client.attributes.required_resource_access).flatMap(({ resource_app_id, resource_access }) => {
          const api = named.get(String(resource_app_id));
          return api === undefined
            ? []
            : misfits(stack, client, api, blocks(resource_access)).map(
                (each) => `${client.address}: ${each}`,
              );
        }),
      ),
      ...stack
        .ofType("azuread_application_pre_authorized")
        .filter(({ attributes }) => {
          const client = named.get(String(attributes.authorized_client_id));
          return client !== undefined && blocks(client.attributes.required_resource_access).length === 0;
        })
        .map(({ address }) => `${address}: its client asks for nothing`),
    ];
  },
};

function misfits(
  stack: SynthesizedStack,
  client: SynthesizedResource,
  api: SynthesizedResource,
  asked: readonly Readonly<Record<string, unknown>>[],
): readonly string[] {
  const has: Readonly<Record<string, readonly unknown[]>> = {
    Scope: blocks(block(api.attributes.api)?.oauth2_permission_scope).map(({ id }) => id),
    Role: blocks(api.attributes.app_role).map(({ id }) => id),
  };
  const scopes = asked.filter(({ type }) => type === "Scope").map(({ id }) => id);
  const known = stack
    .ofType("azuread_application_pre_authorized")
    .filter(
      ({ attributes }) =>
        attributes.application_id === `\${${api.address}.id}` &&
        attributes.authorized_client_id === `\${${client.address}.client_id}`,
    )
    .flatMap(({ attributes }) => attributes.permission_ids as readonly unknown[]);
  const addresses = ["public_client", "web", "single_page_application"].flatMap(
    (name) => (block(client.attributes[name])?.redirect_uris ?? []) as readonly string[],
  );
  return [
    ...asked
      .filter(({ id, type }) => !has[String(type)]?.includes(id))
      .map(({ id, type }) => `${String(type)} ${String(id)} is none of ${api.address}`),
    // Whoever is not known to the API asks each of its users for consent, and is refused where an administrator has to give it.
    ...scopes
      .filter((id) => !known.includes(id))
      .map((id) => `${api.address} does not pre-authorize it for ${String(id)}`),
    ...(scopes.length > 0 && addresses.length === 0 ? ["has no address to send tokens to"] : []),
  ];
}
