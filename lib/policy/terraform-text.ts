import { Token } from "cdktf";

/**
 * Text that may hold values which only Terraform knows, such as the client id of an identity that the same
 * stack creates. Only for values whose form is fixed by Azure (GUIDs, resource names, thumbprints): they
 * reach the policy unescaped. Literal parts are escaped as any other text.
 */
export class TerraformText {
  public constructor(public readonly text: string) {}
}

/** @returns the text as a literal, or as {@link TerraformText} if it holds a token */
export function terraformText(text: string): string | TerraformText {
  return Token.isUnresolved(text) ? new TerraformText(text) : text;
}
