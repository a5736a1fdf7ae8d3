import { type TerraformProvider, TerraformStack, Token } from "cdktf";
import type { IConstruct } from "constructs";
import type { Problem } from "../validation";

/** What is created in something that exists. */
export interface ForeignParent {
  /** In words, such as `the gateway`. */
  readonly what: string;
  /** ARM id of what exists. */
  readonly id: string;
  /** Provider of what is created in it. @default - the default azurerm provider of the stack */
  readonly provider?: TerraformProvider;
  /** What to do if they do not fit. */
  readonly remedy: string;
}

/**
 * azurerm finds a parent by the names of it and of its group, in the subscription of the provider: with another one
 * it would find nothing, or something of the same name. Called once the whole stack is there, since the default
 * provider may be its last construct.
 *
 * @param scope of what is created
 * @returns the problem; none if one of the subscriptions is not known at synthesis
 */
export function subscriptionProblem(
  scope: IConstruct,
  { what, id, provider, remedy }: ForeignParent,
): Problem | undefined {
  const [, ofParent] = Token.isUnresolved(id) ? [] : (/^\/subscriptions\/([^/]+)\//i.exec(id) ?? []);
  const ofProvider = subscriptionOf(provider ?? defaultProvider(scope));
  if (ofParent === undefined || ofProvider === undefined || sameText(ofParent, ofProvider)) {
    return undefined;
  }
  return {
    rule: `what is created in ${what} needs a provider of its subscription, ${ofParent}`,
    value: ofProvider,
    remedy,
  };
}

function defaultProvider(scope: IConstruct): TerraformProvider | undefined {
  return TerraformStack.of(scope)
    .allProviders()
    .find(({ terraformResourceType, alias }) => terraformResourceType === "azurerm" && alias === undefined);
}

/** By its member, not by its class: providers come from any version of the bindings. */
function subscriptionOf(provider: TerraformProvider | undefined): string | undefined {
  const { subscriptionIdInput } = (provider ?? {}) as { readonly subscriptionIdInput?: string };
  return subscriptionIdInput === undefined || Token.isUnresolved(subscriptionIdInput)
    ? undefined
    : subscriptionIdInput;
}

function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
