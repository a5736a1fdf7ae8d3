import { generateKeyPair, type KeyPairKeyObjectResult } from "node:crypto";
import { promisify } from "node:util";

const generate = promisify(generateKeyPair);

/** Where key pairs for RS256 (RFC 7518, section 3.3) come from. */
export const RSA_KEY_PAIRS = {
  generate: (): Promise<KeyPairKeyObjectResult> => generate("rsa", { modulusLength: 2048 }),
};
