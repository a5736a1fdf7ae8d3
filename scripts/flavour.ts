/** Core and provider that a package of the constructs is for. */
export interface Flavour {
  /** Name of the package. */
  readonly name: string;
  /** Name of the core: `cdktf`, or its continuation. */
  readonly core: string;
  /** Name of the bindings of azurerm for that core. */
  readonly azurerm: string;
  /** Accepted versions of what the consumer installs beside it, by name. */
  readonly peers: Readonly<Record<string, string>>;
  /** Versions that the comparison installs, by name. */
  readonly tested: Readonly<Record<string, string>>;
  /** Peers of the bindings that are too narrow, as `overrides` of the consumer's manifest. */
  readonly overrides?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What this tree is written on. */
export const CDKTF: Flavour = {
  name: "cdktf-azure-openai-gateway",
  core: "cdktf",
  azurerm: "@cdktf/provider-azurerm",
  peers: { cdktf: "^0.21.0", "@cdktf/provider-azurerm": "^14.23.1", constructs: "^10.4.2" },
  tested: { cdktf: "0.21.0", "@cdktf/provider-azurerm": "14.23.1", constructs: "10.7.2" },
};

/** Its continuation by the community. */
export const CDKTN: Flavour = {
  name: "cdktn-azure-openai-gateway",
  core: "cdktn",
  azurerm: "@cdktn/provider-azurerm",
  peers: { cdktn: ">=0.23.0 <0.25.0", "@cdktn/provider-azurerm": "^16.1.0", constructs: ">=10.6.0 <10.8.0" },
  tested: { cdktn: "0.24.0", "@cdktn/provider-azurerm": "16.1.0", constructs: "10.7.2" },
  // Its bindings ask for ^0.23.0, which leaves 0.24 out.
  overrides: { "@cdktn/provider-azurerm": { cdktn: "$cdktn" } },
};

/** All of them, the one that this tree is written on first. */
export const FLAVOURS: readonly [Flavour, Flavour] = [CDKTF, CDKTN];

/**
 * Code or text of this tree for another core: the names of packages change, and nothing else.
 *
 * @param text JavaScript, TypeScript, declarations or Markdown
 */
export function inFlavour(text: string, { name, core, azurerm }: Flavour): string {
  return text
    .replaceAll(CDKTF.name, name)
    .replaceAll(
      /(["'])(cdktf|@cdktf\/provider-azurerm)(\/[\w/-]*)?\1/g,
      (_, quote: string, module, path = "") =>
        [quote, module === CDKTF.core ? core : azurerm, path, quote].join(""),
    );
}
