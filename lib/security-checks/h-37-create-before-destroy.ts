import type { HouseCheck } from "./house-check";
import { block, type SynthesizedStack } from "./synthesized-stack";

/**
 * Terraform creates before it destroys not only what asks for it but everything that this depends on, through
 * references, `depends_on` and providers. Where a name stays, the second of that name is refused.
 */
export const createBeforeDestroy: HouseCheck = {
  id: "H-37",
  title: "create_before_destroy reaches nothing whose name stays when it is replaced",
  check: (stack) => {
    const asking = stack.resources.filter(
      ({ attributes }) => block(attributes.lifecycle)?.create_before_destroy === true,
    );
    return asking.flatMap((resource) =>
      [...reachedFrom(resource.address, stack)]
        .filter((address) => keepsItsName(stack, address))
        .map((address) => `${address}: created before it is destroyed, because of ${resource.address}`),
    );
  },
};

/** What Azure or Terraform names anew each time: assignments without a name, and whatever is not of Azure. */
function keepsItsName(stack: SynthesizedStack, address: string): boolean {
  const resource = stack.resources.find((each) => each.address === address);
  if (!resource || !/^(?:azurerm|azapi)_/.test(resource.type)) {
    return false;
  }
  return resource.type !== "azurerm_role_assignment" || resource.attributes.name !== undefined;
}

function reachedFrom(address: string, stack: SynthesizedStack): ReadonlySet<string> {
  const reached = new Set<string>();
  const visit = (each: string): void => {
    if (reached.has(each)) {
      return;
    }
    reached.add(each);
    dependencies(each, stack).forEach(visit);
  };
  visit(address);
  return reached;
}

/** Addresses that a resource, data source, provider or local value names, whatever for. */
function dependencies(address: string, stack: SynthesizedStack): readonly string[] {
  const content = contentOf(address, stack);
  const text = JSON.stringify(content ?? {});
  const { depends_on: ordered = [], provider = providerOf(address) } = (content ?? {}) as {
    readonly depends_on?: readonly string[];
    readonly provider?: string;
  };
  const referenced = [...text.matchAll(/(?<!\$)\$\{([^}]*)\}/g)].flatMap(([, expression = ""]) =>
    [...expression.matchAll(/(?:data\.|local\.)?[a-z]\w*\.[A-Za-z_][\w-]*/g)].map(([name]) => name),
  );
  return [...referenced, ...ordered, ...(address.startsWith("provider.") ? [] : [`provider.${provider}`])];
}

function providerOf(address: string): string {
  return address.replace(/^data\./, "").split(/[_.]/)[0] ?? "";
}

function contentOf(address: string, { json }: SynthesizedStack): unknown {
  const parts = address.split(".");
  if (parts[0] === "provider") {
    const [, type = "", alias] = parts;
    const configured = (json.provider as Record<string, { readonly alias?: string }[]> | undefined)?.[type];
    return configured?.find((each) => each.alias === alias);
  }
  const [type = "", name = ""] = parts[0] === "data" ? parts.slice(1) : parts;
  if (parts[0] === "local") {
    return (json.locals as Record<string, unknown> | undefined)?.[type];
  }
  const kind = parts[0] === "data" ? json.data : json.resource;
  return (kind as Record<string, Record<string, unknown>> | undefined)?.[type]?.[name];
}
