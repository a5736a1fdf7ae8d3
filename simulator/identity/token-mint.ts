import type { KeyObject } from "node:crypto";
import { CompactSign } from "jose";
import type { SigningKeys } from "./signing-keys";

/** What a token looks like and who signs it (RFC 7519); everything may be wrong on purpose. */
export interface TokenProps {
  /** Claims, or the payload's JSON text as it shall stand (for duplicate names). */
  readonly claims: Readonly<Record<string, unknown>> | string;
  /** Members of the header that replace or join the usual ones; `undefined` removes one. @default - none */
  readonly header?: Readonly<Record<string, unknown>>;
  /**
   * Who signs: the issuer's published key, one it never published, nobody (empty signature), or a given key.
   * `public-as-secret`: anybody, with the text of the published key as the secret of HS256, which verifiers take who
   * let the token's header choose the algorithm (RFC 8725, section 2.1).
   * @default "published"
   */
  readonly key?: "published" | "unpublished" | "public-as-secret" | "none" | KeyObject;
  /** Makes the signature from the signing input instead. @default - `key` signs */
  readonly sign?: (signingInput: string) => Uint8Array;
}

/**
 * Makes a JSON Web Token (RFC 7519) in compact form.
 * @param keys of the issuer
 * @throws TypeError when the key cannot sign with the header's `alg`
 */
export async function mintToken(keys: SigningKeys, props: TokenProps): Promise<string> {
  const key = props.key ?? "published";
  const named = key === "unpublished" ? await keys.unpublished() : await keys.current();
  const header = withoutUndefined({ alg: "RS256", typ: "JWT", kid: named.kid, ...props.header });
  const payload = typeof props.claims === "string" ? props.claims : JSON.stringify(props.claims);
  if (key === "public-as-secret") {
    const pem = named.publicKey.export({ type: "spki", format: "pem" });
    return new CompactSign(Buffer.from(payload))
      .setProtectedHeader({ ...header, alg: "HS256" })
      .sign(Buffer.from(pem));
  }
  if (key === "none" || props.sign !== undefined) {
    const input = `${base64Url(JSON.stringify(header))}.${base64Url(payload)}`;
    return `${input}.${Buffer.from(props.sign?.(input) ?? []).toString("base64url")}`;
  }
  return new CompactSign(Buffer.from(payload))
    .setProtectedHeader(header as { alg: string })
    .sign(typeof key === "string" ? named.privateKey : key);
}

function base64Url(text: string): string {
  return Buffer.from(text).toString("base64url");
}

function withoutUndefined(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
