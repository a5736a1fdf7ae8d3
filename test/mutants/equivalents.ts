/** Mutants that nobody can notice, or that change nothing of weight. */
export interface Equivalent {
  /** @default - all */
  readonly operator?: string;
  /** Of the address and the change: `azurerm_… line 3: … → …`. */
  readonly place: RegExp;
  readonly reason: string;
}

export const EQUIVALENTS: readonly Equivalent[] = [
  {
    place:
      /_management(_api)?_policy\..*: (<set-header name="[\w-]+" exists-action="delete" \/>|(x-ai-gateway|X|Client-Cert|Forwarded|Ocp|Apim)[\w-]*) → /i,
    reason:
      "The header is removed three times: at the service, at the API, and by the list of headers that go on to the account (T-80).",
  },
  {
    place: /<set-variable name="policyDigest"|: policyDigest → /,
    reason: "Never read: it makes documents that azurerm takes for equal differ (H-39).",
  },
];

/** Why a mutant that nobody noticed is none. */
export function equivalenceOf(mutant: {
  readonly operator: string;
  readonly address: string;
  readonly change: string;
}): Equivalent | undefined {
  const place = `${mutant.address} ${mutant.change}`;
  return EQUIVALENTS.find(
    (each) => (each.operator === undefined || each.operator === mutant.operator) && each.place.test(place),
  );
}
