import { generateKeyPair, type KeyPairKeyObjectResult } from "node:crypto";
import { promisify } from "node:util";

const generate = promisify(generateKeyPair);

/** A new key pair for RS256 (RFC 7518, section 3.3). */
export function generateRsaKeyPair(): Promise<KeyPairKeyObjectResult> {
  return generate("rsa", { modulusLength: 2048 });
}
