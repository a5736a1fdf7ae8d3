// @peculiar/x509 refuses to load before a Reflect polyfill has: import it from here only.
import "reflect-metadata";
export {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PemConverter,
  X509Certificate,
} from "@peculiar/x509";
