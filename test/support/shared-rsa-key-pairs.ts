import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RSA_KEY_PAIRS } from "../../simulator/identity/rsa-key-pair";
import { oncePerRun } from "./once-per-run";

// An RSA key takes a fifth of a second to make, and every issuer of every simulator has one. Processes share them: the
// first that one asks for is the first of the whole run, and so on.
let asked = 0;

Object.assign<typeof RSA_KEY_PAIRS, typeof RSA_KEY_PAIRS>(RSA_KEY_PAIRS, {
  generate: () => {
    const pem = readFileSync(join(oncePerRun(`rsa-key-pair-${asked++}`, writeKey), "key.pem"));
    return Promise.resolve({ privateKey: createPrivateKey(pem), publicKey: createPublicKey(pem) });
  },
});

function writeKey(folder: string): void {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(join(folder, "key.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
}
