import type { Element } from "@xmldom/xmldom";
import type { HouseCheck } from "./house-check";
import { allElements } from "./synthesized-stack";

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const tokenValidation: HouseCheck = {
  id: "H-11",
  title: "tokens are held to issuer, audience, signature and expiry",
  check: (stack) =>
    stack.policies.flatMap(({ address, document }) => [
      ...allElements(document, "validate-azure-ad-token").flatMap((element) =>
        entraId(element).map((it) => `${address}: ${it}`),
      ),
      ...allElements(document, "validate-jwt").flatMap((element) =>
        jwt(element).map((it) => `${address}: ${it}`),
      ),
    ]),
};

function entraId(element: Element): string[] {
  const found: string[] = [];
  if (!GUID.test(element.getAttribute("tenant-id") ?? "")) {
    found.push("tenant-id must be a GUID");
  }
  if (count(element, "audience") === 0) {
    found.push("validate-azure-ad-token has no audience");
  }
  const clients = Array.from(element.getElementsByTagName("client-application-ids")).flatMap((it) =>
    Array.from(it.getElementsByTagName("application-id")),
  );
  if (clients.length === 0 && !isRestrictedLater(element)) {
    found.push("validate-azure-ad-token restricts no client");
  }
  return found;
}

function jwt(element: Element): string[] {
  const found: string[] = [];
  const attribute = (name: string): string => element.getAttribute(name) ?? "";
  if (attribute("require-scheme") !== "Bearer") {
    found.push("require-scheme must be Bearer");
  }
  if (attribute("require-signed-tokens") === "false") {
    found.push("unsigned tokens pass");
  }
  if (attribute("require-expiration-time") === "false") {
    found.push("tokens without expiry pass");
  }
  if (attribute("query-parameter-name")) {
    found.push("a token is read from the query");
  }
  for (const child of ["issuer", "audience", "openid-config"]) {
    if (count(element, child) === 0) {
      found.push(`validate-jwt has no ${child}`);
    }
  }
  for (const config of Array.from(element.getElementsByTagName("openid-config"))) {
    if (!/^https:\/\//.test(config.getAttribute("url") ?? "")) {
      found.push("openid-config must be https");
    }
  }
  for (const keys of Array.from(element.getElementsByTagName("issuer-signing-keys"))) {
    if (keys.textContent?.trim()) {
      found.push("an inline symmetric key");
    }
  }
  return found;
}

/** Without a client list in the element itself, a later step must compare roles, scopes, groups or clients. */
function isRestrictedLater(element: Element): boolean {
  const variable = element.getAttribute("output-token-variable-name");
  const document = element.ownerDocument;
  if (!variable || !document) {
    return false;
  }
  return Array.from(document.getElementsByTagName("*")).some((other) =>
    Array.from(other.attributes).some(
      ({ value }) => value.includes(`"${variable}"`) && /roles|scp|groups|azp|appid/.test(value),
    ),
  );
}

function count(element: Element, name: string): number {
  return element.getElementsByTagName(name).length;
}
