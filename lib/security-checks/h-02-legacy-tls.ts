import type { HouseCheck } from "./house-check";
import { block } from "./synthesized-stack";

const LEGACY = /ssl30|tls1[01]|triple_des|_cbc_|^tls_rsa_with/i;
/** Absent means "whatever it was": the provider computes these, so only a literal false is auditable. */
const REQUIRED = [
  "backend_ssl30_enabled",
  "backend_tls10_enabled",
  "backend_tls11_enabled",
  "frontend_ssl30_enabled",
  "frontend_tls10_enabled",
  "frontend_tls11_enabled",
  "triple_des_ciphers_enabled",
];

export const legacyTls: HouseCheck = {
  id: "H-02",
  title: "the gateway speaks no legacy protocol and no weak cipher",
  check: (stack) =>
    stack.ofType("azurerm_api_management").flatMap(({ address, attributes }) => {
      const security = block(attributes.security) ?? {};
      return [
        ...REQUIRED.filter((name) => security[name] !== false).map(
          (name) => `${address}: security.${name} must be false`,
        ),
        ...Object.entries(security)
          .filter(([name, value]) => LEGACY.test(name) && value !== false)
          .map(([name, value]) => `${address}: security.${name} is ${JSON.stringify(value)}`),
      ];
    }),
};
