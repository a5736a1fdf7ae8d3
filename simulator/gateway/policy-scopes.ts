import { allRevisions, type GatewayModel, type OperationModel, type PolicyDocumentModel } from "../model";
import {
  type CompiledPolicy,
  DEFAULT_GLOBAL_POLICY,
  effectiveSection,
  inheritingDocument,
  type PolicyDocument,
  type PolicyDocumentCompiler,
  type ScopeName,
  SECTION_NAMES,
  type SectionName,
} from "../policies";
import type { Exchange } from "./exchange";

/** The four sections as they run for a request. */
export type EffectivePolicies = Readonly<Record<SectionName, readonly CompiledPolicy[]>>;

/** The documents of every scope of a gateway, and what runs for a combination of scopes. */
export class PolicyScopes {
  private readonly documents = new Map<string, PolicyDocument>();
  private readonly effective = new Map<string, EffectivePolicies>();
  private readonly global: PolicyDocument;

  /** Compiles every document; problems are left with the compiler. */
  public constructor(model: GatewayModel, compiler: PolicyDocumentCompiler) {
    const add = (key: string, scope: ScopeName, policy: PolicyDocumentModel | undefined): void => {
      this.documents.set(
        key,
        policy === undefined ? inheritingDocument(scope) : compiler.compile(policy, scope),
      );
    };
    this.global = compiler.compile(
      model.policy ?? { address: model.address, xml: DEFAULT_GLOBAL_POLICY },
      "global",
    );
    for (const product of model.products) {
      add(product.address, "product", product.policy);
    }
    for (const api of allRevisions(model)) {
      add(api.address, "api", api.policy);
      // Revisions of an API share its operations, some with a policy of their own.
      for (const operation of api.operations.filter((each) => !this.documents.has(keyOf(each)))) {
        add(keyOf(operation), "operation", operation.policy);
      }
    }
  }

  /** The sections for the scopes a request is in so far. */
  public for({
    operation,
    api,
    product,
  }: Pick<Exchange, "operation" | "api" | "product">): EffectivePolicies {
    const addresses = [operation && keyOf(operation), api?.address, product?.address].filter(
      (key) => key !== undefined,
    );
    const key = addresses.join("\n");
    let effective = this.effective.get(key);
    if (effective === undefined) {
      const narrowToBroad = [
        ...addresses.flatMap((address) => this.documents.get(address) ?? []),
        this.global,
      ];
      effective = Object.fromEntries(
        SECTION_NAMES.map((section) => [section, effectiveSection(section, narrowToBroad)]),
      ) as Record<SectionName, readonly CompiledPolicy[]>;
      this.effective.set(key, effective);
    }
    return effective;
  }
}

function keyOf({ address, policy }: OperationModel): string {
  return policy?.address ?? address;
}
