import type { JsonObject } from "./stack-document";

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value if it is an object, else one without members. */
export function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The value if it is a list, else an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** JSON that is not of the form in which a program writes it. */
export class MalformedJsonError extends Error {
  public override readonly name = "MalformedJsonError";
}

/**
 * The objects of a list; none where the value is not a list.
 * @param name of the list, for the error
 * @throws MalformedJsonError for a list with anything else
 */
export function objectsOf(value: unknown, name: string): readonly JsonObject[] {
  return listOf(value).map((item) => {
    if (!isJsonObject(item)) {
      throw new MalformedJsonError(
        `'${name}' holds ${JSON.stringify(item).slice(0, 50)}, which is not an object`,
      );
    }
    return item;
  });
}

/** The same of texts. */
export function textsOf(value: unknown, name: string): readonly string[] {
  return listOf(value).map((item) => {
    if (typeof item !== "string") {
      throw new MalformedJsonError(
        `'${name}' holds ${JSON.stringify(item).slice(0, 50)}, which is not a text`,
      );
    }
    return item;
  });
}
