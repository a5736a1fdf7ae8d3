/** A JSON object of unknown shape, as clients and backends send it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object, not an array and not null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Objects by the bytes of the body that they are: several policies look at the same bodies, which never change. */
const parsedBodies = new WeakMap<Uint8Array, { readonly value: JsonObject | undefined }>();

/** The JSON object in a text; none for anything else. */
export function parseJsonObject(text: string | Uint8Array): JsonObject | undefined {
  if (typeof text === "string") {
    return parse(text);
  }
  let parsed = parsedBodies.get(text);
  if (parsed === undefined) {
    parsed = { value: parse(Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString("utf8")) };
    parsedBodies.set(text, parsed);
  }
  return parsed.value;
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
