import type { HouseCheck } from "./house-check";
import { block } from "./synthesized-stack";

/** Of models that Azure has retired, or no longer deploys for everybody, as of 2026-12. */
const GONE =
  /^(gpt-35-turbo\S*|gpt-4(-32k)?|gpt-4o(-mini)?|gpt-4\.[15]\S*|gpt-5(\.[123])?-chat|gpt-image-1|o[134]\S*|sora\S*) /;

export const retiredModels: HouseCheck = {
  id: "H-43",
  title: "every model can be deployed today",
  check: (stack) =>
    stack.ofType("azurerm_cognitive_deployment").flatMap(({ address, attributes }) => {
      const { name, version } = block(attributes.model) ?? {};
      const model = `${String(name)} ${String(version)}`;
      return GONE.test(model) ? [`${address}: ${model} is retired or closed`] : [];
    }),
};
