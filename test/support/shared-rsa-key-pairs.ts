import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { oncePerRun } from "./once-per-run";

// An RSA key takes a fifth of a second to make, and every issuer of every simulator has one. Simulators of different
// test files share them: the first that a file asks for is the first of the whole run, and so on.
jest.mock("../../simulator/identity/rsa-key-pair", () => {
  let asked = 0;
  return {
    generateRsaKeyPair: () => {
      const pem = readFileSync(join(oncePerRun(`rsa-key-pair-${asked++}`, writeKey), "key.pem"));
      return Promise.resolve({ privateKey: createPrivateKey(pem), publicKey: createPublicKey(pem) });
    },
  };
});

function writeKey(folder: string): void {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(join(folder, "key.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
}
