import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { isExpression } from "../../../expressions";
import { booleanAttribute, numberAttribute, optionalText, textAttribute } from "../document/attribute-values";
import { itemsOf } from "../document/element-children";
import { textListShape } from "../document/text-list-shape";
import type { ElementShape, PolicyCompilation, PolicyCompiler, PolicyElementNode } from "../policy-compiler";
import type { PolicyExecution } from "../policy-execution";
import { OpenIdConfiguration } from "../tokens/open-id-configuration";
import { requiredClaimsShape } from "../tokens/required-claims";
import { tokenPolicy } from "../tokens/token-policy";
import { TOKEN_REFUSAL_ATTRIBUTES } from "../tokens/token-refusal";
import { TOKEN_SOURCE_ATTRIBUTES, tokenSource } from "../tokens/token-source";
import { type InlineKey, type TokenRules, validateToken } from "../tokens/token-validator";

const keyList = (attributes: ElementShape["attributes"]): ElementShape => ({
  children: [{ name: "key", min: 1, shape: { attributes, text: "optional" } }],
});

/**
 * Validates a JWT: signature, dates, audience, issuer and claims.
 * Decryption keys by certificate are refused: the model of a stack holds no private keys. The reachability check
 * of `openid-config` at save time is not made.
 * Source: https://learn.microsoft.com/azure/api-management/validate-jwt-policy
 */
export const validateJwt: PolicyCompiler = {
  name: "validate-jwt",
  sections: ["inbound"],
  shape: {
    attributes: {
      ...TOKEN_SOURCE_ATTRIBUTES,
      ...TOKEN_REFUSAL_ATTRIBUTES,
      "require-expiration-time": { expression: true, type: "boolean" },
      "require-scheme": { expression: true },
      "require-signed-tokens": { expression: true, type: "boolean" },
      "clock-skew": { expression: true, type: "integer", min: 0 },
      "output-token-variable-name": {},
    },
    exactlyOne: [Object.keys(TOKEN_SOURCE_ATTRIBUTES)],
    children: [
      {
        name: "openid-config",
        shape: {
          attributes: {
            url: { required: true, expression: true },
            "validate-connectivity": { type: "boolean" },
          },
        },
      },
      { name: "issuer-signing-keys", max: 1, shape: keyList({ id: {}, "certificate-id": {}, n: {}, e: {} }) },
      { name: "decryption-keys", max: 1, shape: keyList({ "certificate-id": {} }) },
      { name: "audiences", max: 1, shape: textListShape("audience") },
      { name: "issuers", max: 1, shape: textListShape("issuer") },
      { name: "required-claims", max: 1, shape: requiredClaimsShape(false) },
    ],
  },
  compile(element, compilation) {
    const rules = compileRules(element, compilation);
    const requireScheme = optionalText(element, "require-scheme", compilation);
    return tokenPolicy(element, compilation, {
      source: tokenSource(element, compilation, { requireScheme }),
      absentMessage: "JWT not present.",
      validate: (token, execution) => validateToken(token, rules(execution)),
    });
  },
};

function compileRules(
  element: PolicyElementNode,
  compilation: PolicyCompilation,
): (execution: PolicyExecution) => TokenRules {
  const urls = element.children
    .filter(({ name }) => name === "openid-config")
    .map((node) => {
      const url = node.attributes.get("url") ?? "";
      if (!isExpression(url) && !URL.canParse(url)) {
        compilation.refuse(`attribute 'url' is '${url}', which is not an absolute URL`, node);
      }
      return textAttribute(node, "url", compilation);
    });
  const signingKeys = itemsOf(element, "issuer-signing-keys").flatMap((node) =>
    signingKey(node, compilation),
  );
  const decryptionKeys = itemsOf(element, "decryption-keys").flatMap((node) =>
    decryptionKey(node, compilation),
  );
  const texts = (name: string): ReturnType<PolicyCompilation["text"]>[] =>
    itemsOf(element, name).map((node) => compilation.text(node.text.trim(), node));
  const issuers = texts("issuers");
  const audiences = texts("audiences");
  const requireSignedTokens = booleanAttribute(element, "require-signed-tokens", compilation, true);
  const requireExpirationTime = booleanAttribute(element, "require-expiration-time", compilation, true);
  const clockSkew = numberAttribute(element, "clock-skew", compilation, { min: 0 }, 0);

  return (execution) => ({
    providers: urls.map((url) => OpenIdConfiguration.at(url(execution), execution.services)),
    signingKeys,
    decryptionKeys,
    issuers: issuers.map((issuer) => issuer(execution)),
    audiences: audiences.map((audience) => audience(execution)),
    requireSignedTokens: requireSignedTokens(execution),
    requireExpirationTime: requireExpirationTime(execution),
    clockSkewSeconds: clockSkew(execution),
    now: execution.services.clock.now(),
  });
}

/** One form of three: text, `certificate-id`, or `n` and `e`. */
function signingKey(node: PolicyElementNode, compilation: PolicyCompilation): readonly InlineKey[] {
  const id = node.attributes.get("id");
  const forms = [
    node.text.trim() !== "",
    node.attributes.has("certificate-id"),
    node.attributes.has("n") || node.attributes.has("e"),
  ];
  if (forms.filter(Boolean).length !== 1) {
    compilation.refuse("needs one of: a Base64 text, 'certificate-id', or 'n' with 'e'", node);
    return [];
  }
  const key = forms[0]
    ? secret(node, compilation)
    : forms[1]
      ? certificateKey(node, compilation)
      : modulusKey(node, compilation);
  return key === undefined ? [] : [{ id, key }];
}

function secret(node: PolicyElementNode, compilation: PolicyCompilation): Uint8Array | undefined {
  const text = node.text.replace(/\s+/g, "");
  if (isExpression(text) || !/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) {
    compilation.refuse("holds no Base64 text", node);
    return undefined;
  }
  return Buffer.from(text, "base64");
}

function certificateKey(node: PolicyElementNode, compilation: PolicyCompilation): KeyObject | undefined {
  const certificateId = node.attributes.get("certificate-id");
  const certificate = compilation.model.certificates.find(({ name }) => name === certificateId);
  if (certificate === undefined) {
    compilation.refuse(`names certificate '${certificateId}', which does not exist`, node);
    return undefined;
  }
  return new X509Certificate(certificate.der).publicKey;
}

function modulusKey(node: PolicyElementNode, compilation: PolicyCompilation): KeyObject | undefined {
  const n = node.attributes.get("n");
  const e = node.attributes.get("e");
  if (n === undefined || e === undefined) {
    compilation.refuse("needs 'n' and 'e' together", node);
    return undefined;
  }
  try {
    return createPublicKey({ key: { kty: "RSA", n, e }, format: "jwk" });
  } catch {
    compilation.refuse("holds no RSA key: 'n' and 'e' must be Base64url (RFC 7518, section 6.3.1)", node);
    return undefined;
  }
}

function decryptionKey(node: PolicyElementNode, compilation: PolicyCompilation): readonly Uint8Array[] {
  if (node.attributes.has("certificate-id")) {
    compilation.refuse("is not simulated with 'certificate-id': a stack holds no private keys", node);
    return [];
  }
  const key = secret(node, compilation);
  if (key !== undefined && ![32, 48, 64].includes(key.byteLength)) {
    compilation.refuse(`has ${key.byteLength} bytes; allowed: 32, 48 or 64 (RFC 7518, section 5.2)`, node);
  }
  return key === undefined ? [] : [key];
}
