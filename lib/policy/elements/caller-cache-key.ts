import { type CSharp, csharp } from "../csharp";
import type { PolicyElement } from "../policy-element";
import { PolicyExpression } from "../policy-expression";
import { setVariable } from "./set-variable";

/**
 * What one entry of a cache is for.
 *
 * Source: https://learn.microsoft.com/azure/api-management/cache-lookup-value-policy
 */
export interface CallerCacheKeyProps {
  /** Variable that holds the key while a request runs. */
  readonly variable: string;
  /** C# `string`: who may be given the entry again, from verified material only. Never empty. */
  readonly caller: CSharp;
  /** C# `string`s: everything else that makes two requests different. */
  readonly request: readonly CSharp[];
  /** C# `string`: what the request says, in the form in which equal requests are equal. */
  readonly body: CSharp;
}

/**
 * Key of an entry in a cache. Policies that cache take no other: a key that does not begin with a caller cannot be
 * written. It is a hash, so that neither callers nor prompts can be read in it; what it is made of is escaped, so that
 * no two parts run into one another.
 */
export class CallerCacheKey {
  /** A key of these parts. @throws Error without a caller */
  public static of(props: CallerCacheKeyProps): CallerCacheKey {
    // Programs without types can leave it out: the entry would be everybody's.
    if ((props.caller as CSharp | undefined) === undefined) {
      throw new Error("a key of a cache begins with its caller: give caller");
    }
    return new CallerCacheKey(props);
  }

  private constructor(private readonly props: CallerCacheKeyProps) {}

  /** C# `string`: the key, `""` where {@link compute} found that nothing may be kept. */
  public get value(): CSharp {
    return csharp`context.Variables.GetValueOrDefault<string>(${this.props.variable}, "")`;
  }

  /** Policy that computes the key. @param statements return `""` at once where nothing may be kept or given again */
  public compute(statements: CSharp): PolicyElement {
    const { variable, caller, request, body } = this.props;
    const parts = request.reduce(
      (before, part) => csharp`${before} + "/" + Uri.EscapeDataString(${part})`,
      csharp`Uri.EscapeDataString(${caller})`,
    );
    return setVariable(
      variable,
      PolicyExpression.block(csharp`
        ${statements}
        var request = ${parts} + "/" + ${body};
        using (var sha = SHA256.Create()) {
          return "answers/" + Convert.ToBase64String(sha.ComputeHash(Encoding.UTF8.GetBytes(request)));
        }
      `),
    );
  }
}
