import type { HouseCheck } from "./house-check";
import { type Attributes, block, blocks } from "./synthesized-stack";

const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** Whoever runs as a worker speaks for every caller: by its identity, by nothing that could be copied. */
export const queueWorkers: HouseCheck = {
  id: "H-68",
  title: "workers have an identity and no secret, an image that cannot change, and no door",
  check: (stack) =>
    stack
      .ofType("azapi_resource")
      .filter(({ attributes }) => /^Microsoft\.App\/containerApps@/i.test(String(attributes.type)))
      .flatMap(({ address, attributes }) => violations(attributes).map((each) => `${address}: ${each}`)),
};

function violations({ identity, body }: Attributes): readonly string[] {
  const properties = block(block(body)?.properties);
  const configuration = block(properties?.configuration);
  const template = block(properties?.template);
  const containers = blocks(template?.containers);
  const rules = blocks(block(template?.scale)?.rules).map(({ custom }) => block(custom));
  return [
    ...(block(identity)?.type === "UserAssigned" ? [] : ["needs a user-assigned identity"]),
    ...(configuration?.secrets === undefined ? [] : ["has secrets"]),
    ...(configuration?.ingress === undefined ? [] : ["takes calls"]),
    ...blocks(configuration?.registries)
      .filter(({ identity: puller }) => puller === undefined)
      .map(({ server }) => `pulls from ${String(server)} without an identity`),
    ...containers
      .filter(({ image }) => !DIGEST.test(String(image)))
      .map(({ image }) => `image ${String(image)} is not named by its digest`),
    ...containers
      .flatMap(({ env }) => blocks(env))
      .filter(({ secretRef }) => secretRef !== undefined)
      .map(({ name }) => `${String(name)} is a secret`),
    ...rules
      .filter((rule) => rule?.identity === undefined || rule.auth !== undefined)
      .map((rule) => `scale rule ${String(rule?.type)} does not ask with the identity`),
  ];
}
