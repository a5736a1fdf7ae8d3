import type { AttributeShape, ChildShape, PolicyCompilation, PolicyElementNode } from "../policy-compiler";
import type { PolicyExecution } from "../policy-execution";

/** A limit of `rate-limit` or `quota`: the policy's own, or one of its `api` or `operation` children. */
export interface NestedLimit {
  readonly node: PolicyElementNode;
  /** Tells the counters of one policy apart. */
  readonly name: string;
  appliesTo(execution: PolicyExecution): boolean;
}

/** Children of `rate-limit` and `quota`: `api` with `operation`, each by `id` or `name`. */
export function nestedLimitChildren(limits: Readonly<Record<string, AttributeShape>>): readonly ChildShape[] {
  const attributes = { id: {}, name: {}, ...limits };
  return [{ name: "api", shape: { attributes, children: [{ name: "operation", shape: { attributes } }] } }];
}

/** The policy's own limit and those of its children, each counted independently. */
export function nestedLimits(
  element: PolicyElementNode,
  compilation: PolicyCompilation,
): readonly NestedLimit[] {
  const limits: NestedLimit[] = [{ node: element, name: "", appliesTo: () => true }];
  element.children.forEach((api, apiIndex) => {
    const matchesApi = matcher(api, compilation, ({ context }) => context.api);
    limits.push({ node: api, name: `api[${apiIndex}]`, appliesTo: matchesApi });
    api.children.forEach((operation, index) => {
      const matchesOperation = matcher(operation, compilation, ({ context }) => context.operation);
      limits.push({
        node: operation,
        name: `api[${apiIndex}]/operation[${index}]`,
        appliesTo: (execution) => matchesApi(execution) && matchesOperation(execution),
      });
    });
  });
  return limits;
}

/** The id wins over the name. */
function matcher(
  node: PolicyElementNode,
  compilation: PolicyCompilation,
  entity: (execution: PolicyExecution) => { readonly id: string; readonly name: string } | null,
): (execution: PolicyExecution) => boolean {
  const id = node.attributes.get("id");
  const name = node.attributes.get("name");
  if (id === undefined && name === undefined) {
    compilation.refuse("needs attribute 'id' or 'name'", node);
  }
  return (execution) => {
    const candidate = entity(execution);
    return candidate !== null && (id === undefined ? candidate.name === name : candidate.id === id);
  };
}
