import { string_to_uuid, uuid_to_string } from "rhea";

/**
 * A lock token as the tag of a delivery: the bytes of a .NET GUID, whose first three groups are little-endian.
 * @param token GUID as text
 */
export function deliveryTag(token: string): Buffer {
  return reordered(string_to_uuid(token));
}

/** The lock token that a delivery's tag is. */
export function lockTokenOfTag(tag: Buffer | string): string {
  return uuid_to_string(reordered(Buffer.from(tag)));
}

/** A lock token in a request to `$management`, where it is a UUID of AMQP. */
export function lockTokenOfUuid(value: unknown): string {
  return Buffer.isBuffer(value) ? uuid_to_string(value) : String(value);
}

const ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

function reordered(bytes: Buffer): Buffer {
  return Buffer.from(ORDER.map((index) => bytes[index] ?? 0));
}
