import { type Attributes, block, type SynthesizedStack } from "./synthesized-stack";

const ACCOUNT_HOST = /\.(openai|cognitiveservices|services\.ai)\.azure\.com$/;

/** Backends that are not of Azure OpenAI accounts, with their addresses. */
export function modelEndpointBackends(
  stack: SynthesizedStack,
): readonly { readonly address: string; readonly attributes: Attributes }[] {
  return stack.ofType("azurerm_api_management_backend").filter(({ attributes }) => {
    const url = String(attributes.url);
    return URL.canParse(url) && !ACCOUNT_HOST.test(new URL(url).hostname);
  });
}

/** What a backend adds to requests by itself: values of headers, and of `Authorization`. */
export function credentialValues({ credentials }: Attributes): readonly string[] {
  const added = block(credentials);
  const headers = (added?.header ?? {}) as Readonly<Record<string, unknown>>;
  const authorization = block(added?.authorization)?.parameter;
  return [...Object.values(headers), ...(authorization === undefined ? [] : [authorization])].map(String);
}
