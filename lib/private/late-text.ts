import { type IResolveContext, Lazy } from "cdktf";
import { TOKEN_MARKER } from "./terraform-template";

/**
 * A long text that is made when its stack is written, with its tokens resolved one by one. In a text with tokens, cdktf
 * itself looks through all the rest for the next token and the next `${` wherever a brace ends: a policy has thousands.
 */
export function lateText(produce: () => string): string {
  return Lazy.stringValue({
    produce: (context: IResolveContext) =>
      produce().replace(TOKEN_MARKER, (token) => String(context.resolve(token))),
  });
}
