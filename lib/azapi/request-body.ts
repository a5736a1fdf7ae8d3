import { Tokenization } from "cdktf";
import type { Problems } from "../validation";

const TYPE = /^[A-Za-z]+(?:\.[A-Za-z]+)+(?:\/[A-Za-z]+)+@\d{4}-\d{2}-\d{2}(?:-preview)?$/;

/** Properties of a request body under their ARM names: they are sent as they are written here. */
export type AzapiBody = Readonly<Record<string, unknown>>;

/**
 * The body without `undefined` and `null`: azapi sends a `null`, and ARM refuses it or takes it for a value.
 * Tokens are left as they are; what Terraform alone knows cannot be dropped here.
 *
 * @internal
 */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.filter(isGiven).map(withoutNulls);
  }
  if (value === null || typeof value !== "object" || Tokenization.isResolvable(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => isGiven(member))
      .map(([name, member]) => [name, withoutNulls(member)]),
  );
}

/** @internal Adds a problem unless `type` is a resource type with its API version. */
export function checkType(problems: Problems, type: string): void {
  problems.checkPattern(type, TYPE, {
    rule: "type must be a resource type and API version",
    remedy: "write it as in Microsoft.ApiManagement/service/backends@2024-05-01",
  });
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
