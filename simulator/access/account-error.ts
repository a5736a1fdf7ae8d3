/** What an account says of an error. */
export interface AccountErrorAnswer {
  readonly code?: string;
  readonly message?: string;
}

/** Reads the `error` of an answer, as accounts and gateways send it; empty for any other text. */
export function errorIn(answer: string): AccountErrorAnswer {
  try {
    const { error } = JSON.parse(answer) as { readonly error?: Readonly<Record<string, unknown>> };
    return { code: textOf(error?.code), message: textOf(error?.message) };
  } catch {
    return {};
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
