import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import type { Element } from "@xmldom/xmldom";
import { App, Aspects, TerraformStack } from "cdktf";
import fc from "fast-check";
import {
  AiGateway,
  Auth,
  ClientIdentity,
  EntraAppRegistration,
  GatewaySku,
  type OidcAuthProps,
  OpenAiAccount,
  SynthesisDate,
  WorkloadIdentity,
} from "../lib";
import { AzapiProvider } from "../lib/azapi";
import { AzureadProvider } from "../lib/azuread";
import { Tags } from "../stacks/tags";
import { effort } from "./support/effort";
import { childElements, synthesize, type SynthesizedStack } from "./support/synthesized-stack";

/** Every place where a caller's text can enter a stack, with text that is certainly fine there. */
interface FreeText {
  readonly publisherName: string;
  readonly apiDisplayName: string;
  readonly tagValue: string;
  readonly registrationName: string;
  readonly scopeDescription: string;
  readonly audience: string;
  readonly scope: string;
  readonly role: string;
  readonly group: string;
  readonly oidcClient: string;
  readonly claimName: string;
  readonly claimValue: string;
  readonly claimOfClient: string;
  readonly registeredClient: string;
  readonly clientName: string;
  readonly apiPath: string;
  readonly apiVersion: string;
  readonly deployment: string;
  readonly modelVersion: string;
  readonly optOutReason: string;
}

const PLAIN: FreeText = {
  publisherName: "Contoso",
  apiDisplayName: "Assistant",
  tagValue: "platform",
  registrationName: "AI gateway",
  scopeDescription: "Call models",
  audience: "api://ai-gateway",
  scope: "models.invoke",
  role: "Models.Invoke",
  group: "engineering",
  oidcClient: "client-a",
  claimName: "department",
  claimValue: "claims",
  claimOfClient: "cid",
  registeredClient: "client-b",
  clientName: "claims-web",
  apiPath: "assistant",
  apiVersion: "2024-10-21",
  deployment: "chat",
  modelVersion: "2025-04-14",
  optOutReason: "Notebooks in this environment hold no customer data.",
};

const TRICKS = [
  '"',
  "'",
  "<",
  ">",
  "&",
  "&quot;",
  "]]>",
  "<![CDATA[",
  "-->",
  "@(",
  "@{",
  "}",
  "{{",
  "}}",
  "{{secret}}",
  "${",
  "%{",
  '${file("/etc/passwd")}',
  "%{ if true }",
  "\\",
  "\\u0022",
  '" + context.Subscription.Key + "',
  "\n",
  "\r",
  "\t",
  "\0",
  "\u2028",
  "\ud800",
  "😀",
  "é",
  " ",
  "]",
  ")",
  ";",
  "//",
  "/*",
  "*/",
  '"/><set-header name="x"><value>1</value></set-header>',
];
const hostileText = fc
  .array(
    fc.oneof(fc.constantFrom(...TRICKS), fc.string({ unit: "grapheme", maxLength: 4 }), fc.constant("a")),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(""));

/** Each stack is read before the next is written: to make and to remove many folders takes longer. */
const OUTPUT = mkdtempSync(join(tmpdir(), "injection-"));
const plainStructure = structure(stackWith(PLAIN));

describe.each(Object.keys(PLAIN) as (keyof FreeText)[])("%s", (place) => {
  test("gives hostile text back as it was, without a change of structure, or refuses it with a reason", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        let stack: SynthesizedStack;
        try {
          stack = stackWith({ ...PLAIN, [place]: text });
        } catch (error) {
          // A refusal, not an accident: it names the construct, the rule and the remedy.
          expect((error as Error).message).toMatch(/^\[injection[^]*\] [^]+: [^]+|^Validation failed/);
          return;
        }
        expect(structure(stack)).toEqual(plainStructure);
        if (place !== "optOutReason") {
          expect(texts(stack)).toContain(expected(place, text));
        }
      }),
      { numRuns: 5 * effort, seed: 7 },
    );
  });
});

/** What the place makes of good text before it writes it. */
function expected(place: keyof FreeText, text: string): string {
  return place === "apiPath" ? `${text}/openai` : text;
}

function stackWith(text: FreeText): SynthesizedStack {
  const app = new App({ outdir: OUTPUT });
  const stack = new TerraformStack(app, "injection");
  SynthesisDate.set(stack, new Date("2026-12-01"));
  new AzurermProvider(stack, "azurerm", { features: [{}] });
  new AzureadProvider(stack, "azuread");
  new AzapiProvider(stack, "azapi");
  Aspects.of(stack).add(new Tags({ owner: text.tagValue }));
  const place = { location: "westeurope", resourceGroupName: "rg" };
  new EntraAppRegistration(stack, "registration", {
    displayName: text.registrationName,
    scopes: [{ value: "Models.Invoke", displayName: text.scopeDescription }],
  });
  const gateway = new AiGateway(stack, "gateway", {
    ...place,
    name: "apim-injection",
    publisherName: text.publisherName,
    publisherEmail: "ai@contoso.com",
    sku: GatewaySku.developer(),
    identity: new WorkloadIdentity(stack, "identity", { ...place, name: "id-injection" }),
    securityOptOuts: [
      { control: "gateway-private-network", reason: text.optOutReason },
      { control: "gateway-audit-logs", reason: text.optOutReason },
    ],
  });
  const account = new OpenAiAccount(stack, "account", { ...place, name: "oai-injection" });
  account.addDeployment(text.deployment, {
    model: "gpt-5.4",
    modelVersion: text.modelVersion,
    capacity: 1,
  });
  const auth: OidcAuthProps = {
    name: "okta",
    issuer: "https://contoso.okta.com/oauth2/default",
    audiences: [text.audience],
    clientIds: [text.oidcClient, text.registeredClient],
    clientIdClaim: text.claimOfClient,
    scopes: [text.scope],
    roles: [text.role],
    groups: [text.group],
    requiredClaims: [{ name: text.claimName, values: [text.claimValue] }],
  };
  const api = gateway.addOpenAiApi("assistant", {
    path: text.apiPath,
    displayName: text.apiDisplayName,
    apiVersions: [text.apiVersion],
    backends: [account],
    auth: Auth.oidc(auth),
  });
  gateway.addClient(text.clientName, {
    api,
    identifiedBy: [ClientIdentity.application(text.registeredClient)],
  });
  return synthesize(app).get("injection")!;
}

/** Names of all attributes, elements and references: what text must never add to. */
function structure(stack: SynthesizedStack): unknown {
  return {
    references: JSON.stringify(stack.json)
      .match(/(?<!\$)\$\{[^}]*\}/g)
      ?.map(withoutIds)
      .sort(),
    types: stack.resources.map(({ type, attributes }) => [type, Object.keys(attributes).sort()]),
    policies: stack.policies.map(({ document }) => shape(document.documentElement!)),
  };
}

/** Addresses contain the construct ids that a caller chooses, such as a client's name. */
function withoutIds(reference: string): string {
  return reference.replace(/\.[\w-]+/, "");
}

function shape(element: Element): unknown {
  const attributes = Array.from(element.attributes);
  return [
    element.tagName,
    ...attributes.map(({ name, value }) => `${name}${/^\s*@[({]/.test(value) ? " expression" : ""}`),
    ...childElements(element).map(shape),
  ];
}

/** Every text that Terraform and API Management would end up with: attributes, policy values, C# strings. */
function texts(stack: SynthesizedStack): readonly string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === "string") {
      found.push(value.replace(/([$%])\1\{/g, "$1{"));
    } else if (value && typeof value === "object") {
      Object.values(value).forEach(walk);
    }
  };
  stack.resources.forEach(({ attributes }) => walk(attributes));
  for (const { document } of stack.policies) {
    for (const element of Array.from(document.getElementsByTagName("*"))) {
      const values = [...Array.from(element.attributes).map(({ value }) => value), element.textContent ?? ""];
      for (const value of values) {
        found.push(value, ...csharpStrings(value));
        // A row of the client table ends in the name of a client.
        found.push(...csharpStrings(value).flatMap((text) => text.split(/[ :/,]/)));
      }
    }
  }
  return [
    ...found,
    ...found.filter((text) => text.startsWith("okta/")).map((text) => text.slice("okta/".length)),
  ];
}

function csharpStrings(expression: string): readonly string[] {
  return [...expression.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) =>
    text.replace(/\\u([0-9a-fA-F]{4})|\\(.)/g, (_match, hex: string | undefined, plainCharacter: string) =>
      hex ? String.fromCharCode(parseInt(hex, 16)) : plainCharacter,
    ),
  );
}
