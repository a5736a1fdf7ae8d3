import type { ApiModel, ProductModel, SubscriptionModel } from "../model";

/** @returns the product whose APIs a subscription opens, if it is one for a product */
export function productOf(
  { scope }: SubscriptionModel,
  products: readonly ProductModel[],
): ProductModel | undefined {
  return scope.kind === "product" ? products.find(({ productId }) => productId === scope.product) : undefined;
}

/** Whether an API is in the scope of a subscription. @param product the subscription's own, if it has one */
export function covers(
  { scope }: SubscriptionModel,
  product: ProductModel | undefined,
  api: ApiModel,
): boolean {
  switch (scope.kind) {
    case "allApis":
      return true;
    case "api":
      return scope.api === api.name;
    case "product":
      return product?.apis.includes(api.name) === true;
  }
}
