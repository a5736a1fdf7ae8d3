import { createHash } from "node:crypto";

/** Namespace of this library: drawn once, never to be changed. */
const NAMESPACE = "5b0b7f0e-3c1d-4a57-9a5c-6d1f2b8e7c40";

/**
 * UUID of version 5: the same name always yields the same id, on every machine and in every environment.
 *
 * Source: RFC 9562 section 5.5
 */
export function nameBasedUuid(name: string, namespace: string = NAMESPACE): string {
  const digest = createHash("sha1")
    .update(Buffer.from(namespace.replaceAll("-", ""), "hex"))
    .update(name, "utf8")
    .digest()
    .subarray(0, 16);
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  return digest.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
