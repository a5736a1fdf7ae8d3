import { CsEnumerable } from "../values/collections";
import type { CsType, NamedType, PropertyMember } from "../values/cs-type";
import { CsObject, type CsValue } from "../values/cs-value";
import { runningContext } from "../values/execution";
import { setHostText } from "../values/text";
import { UnsupportedFeature } from "../values/unsupported-feature";
import { libraryType } from "./runtime-type";
import { registry } from "./type-registry";

/** The namespace of what hangs on `context`. */
export const HOST_NAMESPACE = "ApiManagement";

/** What is inside of these, no property says. */
const OPAQUE = new Set(["IMessageBody", "IProxyRequestContext", "X509Certificate2"]);

function isHostType(type: CsType): type is NamedType {
  return type.kind === "named" && type.definition.fullName === `${HOST_NAMESPACE}.${type.definition.name}`;
}

function propertiesOf(type: NamedType): readonly PropertyMember[] {
  return type.definition
    .members()
    .filter((member): member is PropertyMember => member.kind === "property" && !member.isStatic);
}

function isHostObject(value: CsValue): value is CsValue & object {
  return (
    typeof value === "object" &&
    value !== null &&
    !(value instanceof CsObject) &&
    !(value instanceof Uint8Array)
  );
}

/** The type of the elements, of a sequence of the gateway's objects. */
function elementType(type: CsType): NamedType | undefined {
  const element = type.kind === "named" ? type.typeArguments[0] : undefined;
  return element !== undefined && isHostType(element) ? element : undefined;
}

/** Looks for an object below another; `context` is a tree of a few dozen objects. */
function typeBelow(wanted: object, value: CsValue, type: NamedType): NamedType | undefined {
  if (value === wanted) {
    return type;
  }
  for (const property of isHostObject(value) ? propertiesOf(type) : []) {
    const element = elementType(property.type);
    if (isHostType(property.type)) {
      const found = typeBelow(wanted, property.get(value), property.type);
      if (found !== undefined) {
        return found;
      }
    } else if (element !== undefined) {
      const items = property.get(value);
      for (const item of items instanceof CsEnumerable ? items : []) {
        const found = typeBelow(wanted, item, element);
        if (found !== undefined) {
          return found;
        }
      }
    }
  }
  return undefined;
}

/**
 * The declared type of an object of the gateway. Such objects are the host's own and carry no type; only what
 * prints or serializes one asks.
 */
export function hostObjectType(value: CsValue): NamedType | undefined {
  const context = runningContext();
  if (context === undefined || !isHostObject(value)) {
    return undefined;
  }
  if ("csType" in value && typeof value.csType === "string") {
    return registry.find("", value.csType, 0)?.construct([]);
  }
  return typeBelow(value, context, libraryType(`${HOST_NAMESPACE}.IProxyRequestContext`));
}

/** One property of an object of the gateway. */
export interface HostProperty {
  readonly name: string;
  readonly value: CsValue;
  /** Set if the value is such an object itself. */
  readonly type?: NamedType;
  /** Set if the value is a sequence of them. */
  readonly elements?: NamedType;
}

/**
 * An object's properties, in the order of Microsoft's table.
 *
 * @throws UnsupportedFeature if they are not all that there is to it.
 */
export function hostProperties(value: CsValue, type: NamedType): readonly HostProperty[] {
  if (OPAQUE.has(type.definition.name)) {
    throw new UnsupportedFeature(`the simulator does not know how API Management writes an ${type.display}`);
  }
  return propertiesOf(type).map((property) => {
    const elements = elementType(property.type);
    return {
      name: property.name,
      value: property.get(value),
      ...(isHostType(property.type) ? { type: property.type } : {}),
      ...(elements === undefined ? {} : { elements }),
    };
  });
}

/** @throws UnsupportedFeature if Microsoft's table gives the type no text. */
function hostText(value: CsValue): string | undefined {
  const type = hostObjectType(value);
  if (type === undefined) {
    return undefined;
  }
  for (const member of type.definition.membersNamed("ToString")) {
    if (member.kind === "method" && member.parameters.length === 0) {
      return member.implementation(value) as string;
    }
  }
  throw new UnsupportedFeature(
    `the simulator does not know which text API Management gives an ${type.display}`,
  );
}

/** Lets texts be made of objects of the gateway. */
export function printHostObjects(): void {
  setHostText(hostText);
}
