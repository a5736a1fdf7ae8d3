import { allRevisions, type GatewayModel, type PolicyDocumentModel } from "../model";

/** Something that may have a policy document. */
interface Scope {
  readonly policy?: PolicyDocumentModel;
}

/** Addresses of a gateway's policy documents and fragments. */
export function policyAddresses(model: GatewayModel): readonly string[] {
  const operations = allRevisions(model).flatMap((api) => api.operations);
  const scopes: readonly Scope[] = [model, ...model.products, ...allRevisions(model), ...operations];
  return [
    ...new Set([
      ...model.fragments.map(({ address }) => address),
      ...scopes.flatMap(({ policy }) => policy?.address ?? []),
    ]),
  ];
}

/** A gateway with other policy documents and fragments, by address. */
export function withPolicies(model: GatewayModel, changed: ReadonlyMap<string, string>): GatewayModel {
  const document = <T extends { readonly address: string; readonly xml: string }>(known: T): T => ({
    ...known,
    xml: changed.get(known.address) ?? known.xml,
  });
  const scope = <T extends Scope>(known: T): T =>
    known.policy === undefined ? known : { ...known, policy: document(known.policy) };
  const api = (known: GatewayModel["apis"][number]): GatewayModel["apis"][number] => ({
    ...scope(known),
    operations: known.operations.map(scope),
  });
  return {
    ...scope(model),
    fragments: model.fragments.map(document),
    products: model.products.map(scope),
    apis: model.apis.map(api),
    revisions: model.revisions?.map(api),
  };
}
