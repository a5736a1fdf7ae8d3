import { type IResolveContext, Lazy } from "cdktf";
import { TOKEN_MARKER } from "./terraform-template";

/**
 * A long text that is made when its stack is written, with its tokens resolved one by one. In a text with tokens, cdktf
 * itself looks through all the rest for the next token and the next `${` wherever a brace ends: a policy has thousands.
 */
export function lateText(produce: () => string): string {
  return Lazy.stringValue({
    produce: (context: IResolveContext) => {
      const text = produce();
      const resolved = text.replace(TOKEN_MARKER, (token) => {
        const value = context.resolve(token) as string | number | undefined;
        return value === undefined ? "" : String(value);
      });
      // Whether an argument without any text is left out is for cdktf to say.
      return resolved === "" ? text : resolved;
    },
  });
}
