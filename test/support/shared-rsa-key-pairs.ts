import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  type KeyPairKeyObjectResult,
} from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { RSA_KEY_PAIRS } from "../../simulator/identity/rsa-key-pair";

// An RSA key takes a fifth of a second to make, and every issuer of every simulator has one. Processes share them, those
// of later runs as well: the first that one asks for is the first of this clone, and so on.
const FOLDER = resolve(__dirname, "../../node_modules/.cache/rsa-key-pairs");
let asked = 0;

Object.assign<typeof RSA_KEY_PAIRS, typeof RSA_KEY_PAIRS>(RSA_KEY_PAIRS, {
  generate: () => Promise.resolve(sharedRsaKeyPair()),
});

/** One of 2048 bits that nobody else in this process has. */
export function sharedRsaKeyPair(): KeyPairKeyObjectResult {
  const privateKey = keyIn(join(FOLDER, `${asked++}.pem`));
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function keyIn(file: string): KeyObject {
  if (existsSync(file)) {
    return createPrivateKey(readFileSync(file));
  }
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  mkdirSync(FOLDER, { recursive: true });
  // At once, so that nobody sees half of it; another process may make one, too.
  const own = `${file}.${process.pid}`;
  writeFileSync(own, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  renameSync(own, file);
  return privateKey;
}
