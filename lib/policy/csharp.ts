import type { TerraformText } from "./terraform-text";

/**
 * A piece of C# 7 as policy expressions allow it. Only {@link csharp} makes it, so that no text of a user can
 * become code.
 */
export class CSharp {
  private readonly brand = "CSharp";

  /** @internal */
  public constructor(
    /** Source text; string literals are encoded, Terraform tokens stay tokens. */
    public readonly code: string,
  ) {}

  public toString(): never {
    throw new Error(`${this.brand} is inserted by the csharp template only`);
  }
}

/** What may be interpolated into C#: text and numbers become literals, code stays code. */
export type CSharpValue = string | number | boolean | CSharp | TerraformText;
