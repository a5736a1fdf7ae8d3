/**
 * Texts that others make of a key: it as it is, as URLs have it, in upper or lower case, and as JSON and XML have it.
 * Those of two keys stand in one order.
 */
export function keyForms(key: string): readonly string[] {
  // JSON may have halves of characters, which no URL has.
  const ofComponent = encodeURIComponent(Buffer.from(key).toString());
  // As Terraform's `urlencode` and forms write it.
  const ofQuery = ofComponent.replace(/[!'()*]/g, percentEncoded).replaceAll("%20", "+");
  const json = JSON.stringify(key).slice(1, -1);
  return [
    key,
    ofComponent,
    ofQuery,
    inLowerCase(ofComponent),
    inLowerCase(ofQuery),
    json,
    // As Terraform's `jsonencode` writes it.
    json.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`),
    key.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
  ];
}

/** The key in a part of a URL, and that part besides if it is none of the key's forms. */
export function keysInUrl(part: string): readonly string[] {
  let key: string;
  try {
    key = decodeURIComponent(part);
  } catch {
    return [part];
  }
  return keyForms(key).includes(part) ? [key] : [part, key];
}

function percentEncoded(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
}

function inLowerCase(encoded: string): string {
  return encoded.replace(/%../g, (code) => code.toLowerCase());
}
