import { DefaultTokenResolver, StringConcat, Tokenization } from "cdktf";
import type { IConstruct } from "constructs";

/**
 * A value as Terraform would read it, to be compared and never to be used: the text of a token differs from one reading
 * to the next, and letter case does not count in Azure.
 *
 * @param scope whose stack refers to the value
 */
export function resolvedText(scope: IConstruct, value: unknown): string {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return JSON.stringify(
    Tokenization.resolve(value, { scope, resolver, preparing: false }) ?? null,
  ).toLowerCase();
}
