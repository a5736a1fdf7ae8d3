import { readFileSync } from "node:fs";
import { join } from "node:path";

/** @returns the PEM of a certificate of this folder; authorities here are examples, their keys no longer exist */
export function readCertificate(name: string): string {
  return readFileSync(join(__dirname, `${name}.pem`), "utf8");
}
