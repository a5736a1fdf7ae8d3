import { createHash } from "node:crypto";
import { covers, productOf } from "../gateway";
import type { ApiModel, GatewayModel, SubscriptionModel } from "../model";
import { type EffectiveElement, effectivePolicy, NamedValues } from "../policies";
import { type ClaimRules, readClaimRules } from "./claim-rules";

/** One way in to an API, as its policies and settings describe it. */
export type Authenticator =
  KeyAuthenticator | TokenAuthenticator | CertificateAuthenticator | HeaderAuthenticator;

/** Where in the policies something decides on credentials. */
interface Placed {
  /** Hash of the conditions that lead there, the element, and what follows it in its branch. */
  readonly digest: string;
}

/** Keys of subscriptions. */
export interface KeyAuthenticator {
  readonly kind: "key";
  readonly label: string;
  readonly headerName: string;
  /** Active subscriptions whose scope includes the API. */
  readonly subscriptions: readonly SubscriptionModel[];
}

/** `validate-jwt` or `validate-azure-ad-token`. */
export interface TokenAuthenticator extends Placed {
  readonly kind: "token";
  readonly label: string;
  readonly headerName: string;
  /** What stands before the token in the header. @default - nothing */
  readonly scheme?: string;
  /** Issuers whose tokens may pass: identifiers or URLs of discovery documents. */
  readonly issuers: readonly { readonly keysOf: string; readonly iss?: string }[];
  /** Whether the issuer is Microsoft Entra ID. */
  readonly entra: boolean;
  readonly audiences: readonly string[];
  readonly clientIds: readonly string[];
  readonly requiredClaims: readonly RequiredClaim[];
  /** What the C# that follows the element asks of claims. */
  readonly rules: ClaimRules;
  /** `switch` labels of all policies of the API. */
  readonly labels: readonly string[];
}

export interface RequiredClaim {
  readonly name: string;
  readonly values: readonly string[];
  /** Whether a token needs all values. */
  readonly all: boolean;
  /** Between values within one text. */
  readonly separator?: string;
}

/** `validate-client-certificate`. */
export interface CertificateAuthenticator extends Placed {
  readonly kind: "certificate";
  readonly label: string;
  /** Attributes of the `identity` elements, by name; none when every certificate of a trusted CA passes. */
  readonly identities: readonly ReadonlyMap<string, string>[];
}

/** `check-header`. */
export interface HeaderAuthenticator extends Placed {
  readonly kind: "header";
  readonly label: string;
  readonly headerName: string;
  /** Those that pass; none where any does. */
  readonly values: readonly string[];
}

/** What an API's policies hold that no credential can be made for, and why. */
export interface UnknownAuthenticator {
  readonly label: string;
  readonly reason: string;
}

/** Every way in to an API that can be read, and every one that cannot. */
export interface ApiAuthenticators {
  readonly known: readonly Authenticator[];
  readonly unknown: readonly (UnknownAuthenticator & Placed)[];
  /** Every text in C# of the policies. */
  readonly texts: readonly string[];
  /** Labels of each of their `switch` statements. */
  readonly tables: readonly (readonly string[])[];
  /** Every element of the policies that run for the API, once. */
  readonly elements: readonly EffectiveElement[];
}

/** Finds what decides on credentials in the policies that run for an API, in any scope. */
export function readAuthenticators(gateway: GatewayModel, api: ApiModel): ApiAuthenticators {
  const known: Authenticator[] = [];
  const unknown: (UnknownAuthenticator & Placed)[] = [];
  const namedValues = new NamedValues(gateway);
  // What has no policy of its own runs what runs without it.
  const products = gateway.products.filter(({ apis, policy }) => policy && apis.includes(api.name));
  const operations = api.operations.filter(({ policy }) => policy);
  const placed = [undefined, ...products].flatMap((product) =>
    [undefined, ...operations].map((operation) =>
      effectivePolicy(gateway, { api, operation, product }).inbound.map((element) =>
        substituted(element, namedValues),
      ),
    ),
  );
  const { labels, texts, tables } = readClaimRules([...new Set(placed.flat().flatMap(expressionsIn))]);
  const seen = new Set<string>();
  const visit = (elements: readonly EffectiveElement[], leading: readonly EffectiveElement[]): void =>
    elements.forEach((element, index) => {
      const place = placeOf(element);
      if (!seen.has(place)) {
        const following = elements.slice(index + 1);
        const found = authenticatorOf(element, following, labels);
        if (found !== undefined) {
          seen.add(place);
          const digest = digestOf(leading, [element, ...following]);
          if ("kind" in found) {
            known.push({ ...found, digest });
          } else {
            unknown.push({ ...found, digest });
          }
        }
      }
      visit(element.children, [...leading, element]);
    });
  placed.forEach((elements) => visit(elements, []));
  const subscriptions = gateway.subscriptions.filter(
    (subscription) =>
      subscription.state === "active" && covers(subscription, productOf(subscription, gateway.products), api),
  );
  if (subscriptions.length > 0) {
    const headerName = api.subscriptionKeyParameterNames.header;
    known.push({ kind: "key", label: "subscription key", headerName, subscriptions });
  }
  const elements = new Map(placed.flat().map((element) => [placeOf(element), element]));
  return { known, unknown, texts, tables, elements: [...elements.values()] };
}

/** A whole policy may stand in one line. */
function placeOf({ address, line, column }: EffectiveElement): string {
  return `${address} ${line}:${column}`;
}

/** Of texts and attributes, wherever they stand: lines and addresses may change without a consequence. */
function digestOf(leading: readonly EffectiveElement[], block: readonly EffectiveElement[]): string {
  const own = ({ name, attributes, text }: EffectiveElement): readonly unknown[] => [name, [...attributes], text.trim()];
  const whole = (element: EffectiveElement): readonly unknown[] => [...own(element), element.children.map(whole)];
  return createHash("sha256")
    .update(JSON.stringify([leading.map(own), block.map(whole)]))
    .digest("hex")
    .slice(0, 12);
}

/** Before it is known where it stands. */
type Found = Unplaced<TokenAuthenticator | CertificateAuthenticator | HeaderAuthenticator> | UnknownAuthenticator;
type Unplaced<T> = T extends Placed ? Omit<T, keyof Placed> : never;

function authenticatorOf(
  element: EffectiveElement,
  following: readonly EffectiveElement[],
  labels: readonly string[],
): Found | undefined {
  switch (element.name) {
    case "validate-jwt":
    case "validate-azure-ad-token":
      return tokenAuthenticator(element, following, labels);
    case "validate-client-certificate":
      return {
        kind: "certificate",
        label: "client certificate",
        identities: itemsOf(element, "identities").map(({ attributes }) => attributes),
      };
    case "check-header":
      return headerAuthenticator(element);
    default:
      return undefined;
  }
}

/** By its values that are not C#, if it has any. */
function headerAuthenticator(element: EffectiveElement): Found {
  const headerName = attribute(element, "name") ?? "";
  const label = `header ${headerName}`;
  const all = element.children.map(({ text }) => text.trim());
  const values = all.filter((value) => !isComputed([value]));
  return isComputed([headerName]) || (values.length === 0 && all.length > 0)
    ? { label, reason: "<check-header> computes its name or its values" }
    : { kind: "header", label, headerName, values };
}

function tokenAuthenticator(
  element: EffectiveElement,
  following: readonly EffectiveElement[],
  labels: readonly string[],
): Found {
  const entra = element.name === "validate-azure-ad-token";
  const issuers = entra ? entraIssuers(element) : openIdIssuers(element);
  const label = `token of ${issuers[0]?.iss ?? issuers[0]?.keysOf ?? "an issuer"}`;
  const headerName = attribute(element, "header-name") ?? (entra ? "Authorization" : undefined);
  if (attribute(element, "token-value") !== undefined || headerName === undefined) {
    return { label, reason: `<${element.name}> takes the token from somewhere else than a header` };
  }
  const audiences = textsOf(element, "audiences");
  const clientIds = textsOf(element, "client-application-ids");
  if (issuers.length === 0 || isComputed([headerName, ...audiences, ...clientIds])) {
    return {
      label,
      reason: `<${element.name}> computes its issuer, audience or client, or has keys of its own`,
    };
  }
  return {
    kind: "token",
    label,
    headerName,
    scheme:
      attribute(element, "require-scheme") ??
      (headerName.toLowerCase() === "authorization" ? "Bearer" : undefined),
    issuers,
    entra,
    audiences,
    clientIds,
    labels,
    requiredClaims: itemsOf(element, "required-claims").map((claim) => ({
      name: attribute(claim, "name") ?? "",
      values: claim.children.map(({ text }) => text.trim()),
      all: attribute(claim, "match") !== "any",
      separator: attribute(claim, "separator"),
    })),
    rules: readClaimRules(following.flatMap(expressionsIn)),
  };
}

/** Version 2 first: what new applications get. */
function entraIssuers(element: EffectiveElement): TokenAuthenticator["issuers"] {
  const tenant = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(
    attribute(element, "tenant-id") ?? "",
  )?.[0];
  return tenant === undefined
    ? []
    : [
        { keysOf: `https://login.microsoftonline.com/${tenant}/v2.0` },
        { keysOf: `https://sts.windows.net/${tenant}/` },
      ];
}

function openIdIssuers(element: EffectiveElement): TokenAuthenticator["issuers"] {
  const issuers = textsOf(element, "issuers");
  const configurations = element.children
    .filter(({ name }) => name === "openid-config")
    .map((node) => attribute(node, "url") ?? "");
  if (isComputed([...issuers, ...configurations])) {
    return [];
  }
  return configurations.flatMap((keysOf) =>
    issuers.length === 0 ? [{ keysOf }] : issuers.map((iss) => ({ keysOf, iss })),
  );
}

function isComputed(values: readonly string[]): boolean {
  return values.some((value) => value.trim().startsWith("@"));
}

function attribute(element: EffectiveElement, name: string): string | undefined {
  return element.attributes.get(name);
}

function itemsOf(element: EffectiveElement, list: string): readonly EffectiveElement[] {
  return element.children.find(({ name }) => name === list)?.children ?? [];
}

function textsOf(element: EffectiveElement, list: string): readonly string[] {
  return itemsOf(element, list).map(({ text }) => text.trim());
}

function expressionsIn(element: EffectiveElement): readonly string[] {
  return [...element.attributes.values(), element.text, ...element.children.flatMap(expressionsIn)].filter(
    (value) => value.trim().startsWith("@"),
  );
}

function substituted(element: EffectiveElement, values: NamedValues): EffectiveElement {
  // The gateway was compiled, so every name is known.
  const substitute = (text: string): string => values.substitute(text, () => undefined);
  return {
    ...element,
    attributes: new Map([...element.attributes].map(([name, value]) => [name, substitute(value)])),
    text: substitute(element.text),
    children: element.children.map((child) => substituted(child, values)),
  };
}
