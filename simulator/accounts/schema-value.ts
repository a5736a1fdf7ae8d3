/** Nested schemas that are followed; a schema may refer to itself. */
const MAX_DEPTH = 12;

type Schema = Readonly<Record<string, unknown>>;

/** A value that a JSON schema takes, always the same one: what a model says where the answer must have a form. */
export function valueOfSchema(schema: unknown, root: unknown = schema, depth = 0): unknown {
  if (!isSchema(schema) || depth > MAX_DEPTH) {
    return null;
  }
  const inner = (next: unknown): unknown => valueOfSchema(next, root, depth + 1);
  if (typeof schema.$ref === "string") {
    return inner(referredTo(root, schema.$ref));
  }
  if (schema.const !== undefined) {
    return schema.const;
  }
  const [first] = [schema.enum, schema.anyOf, schema.oneOf].filter(Array.isArray).flat() as unknown[];
  if (first !== undefined) {
    return Array.isArray(schema.enum) ? first : inner(first);
  }
  const type: unknown = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case "array":
      return Array.from({ length: Number(schema.minItems ?? 1) }, () => inner(schema.items));
    case "string":
      return "text";
    case "integer":
    case "number":
      return schema["minimum"] ?? 1;
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return Object.fromEntries(
        Object.entries((schema.properties ?? {}) as Schema).map(([name, property]) => [
          name,
          inner(property),
        ]),
      );
  }
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What `#/$defs/name` is in a schema. */
function referredTo(root: unknown, reference: string): unknown {
  return reference
    .split("/")
    .slice(1)
    .reduce<unknown>((value, name) => (isSchema(value) ? value[name] : undefined), root);
}
