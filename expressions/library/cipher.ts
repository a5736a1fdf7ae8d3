import { createCipheriv, createDecipheriv } from "node:crypto";
import type { TypeDeclaration } from "../types/type-declaration";
import type { CsValue } from "../values/cs-value";
import { raise } from "../values/exception";
import { UnsupportedFeature } from "../values/unsupported-feature";
import { notNull } from "./object";

/** The names under which .NET makes AES: block cipher of 128 bits, CBC, PKCS #7. */
const AES =
  /^(?:System\.Security\.Cryptography\.)?(?:Aes|AesManaged|AesCryptoServiceProvider|Rijndael|RijndaelManaged)$/i;
const AES_BLOCK = 16;

function cryptographyError(message: string): Error {
  return raise("System.Security.Cryptography.CryptographicException", message);
}

/** Node's name for the cipher; checks what .NET checks. */
function cipherName(algorithm: string | null, key: Uint8Array, iv: Uint8Array): string {
  if (!AES.test(notNull(algorithm, "alg"))) {
    throw new UnsupportedFeature(`the simulator knows no cipher ${algorithm ?? ""}, only AES`);
  }
  if (![16, 24, 32].includes(key.length)) {
    throw cryptographyError("Specified key is not a valid size for this algorithm.");
  }
  if (iv.length !== AES_BLOCK) {
    throw cryptographyError(
      "Specified initialization vector (IV) does not match the block size for this algorithm.",
    );
  }
  return `aes-${key.length * 8}-cbc`;
}

type Cipher = (
  input: Uint8Array | null,
  algorithm: string | null,
  key: Uint8Array | null,
  iv: Uint8Array | null,
) => CsValue;

const encrypt: Cipher = (input, algorithm, key, iv) => {
  const [secret, start] = [notNull(key, "key"), notNull(iv, "iv")];
  const cipher = createCipheriv(cipherName(algorithm, secret, start), secret, start);
  return Uint8Array.from(Buffer.concat([cipher.update(notNull(input, "input")), cipher.final()]));
};

const decrypt: Cipher = (input, algorithm, key, iv) => {
  const [secret, start] = [notNull(key, "key"), notNull(iv, "iv")];
  const cipher = createDecipheriv(cipherName(algorithm, secret, start), secret, start);
  try {
    return Uint8Array.from(Buffer.concat([cipher.update(notNull(input, "input")), cipher.final()]));
  } catch {
    throw cryptographyError("Padding is invalid and cannot be removed.");
  }
};

/**
 * `byte[].Encrypt` and `Decrypt`, API Management's own.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#ContextVariables
 */
export const cipherExtensions: TypeDeclaration = {
  namespace: "ApiManagement",
  header: "static class CipherExtensions",
  hasExtensions: true,
  unnameable: true,
  members: {
    "static byte[] Encrypt(this byte[] input, string alg, byte[] key, byte[] iv)": encrypt,
    "static byte[] Decrypt(this byte[] input, string alg, byte[] key, byte[] iv)": decrypt,
  },
};
