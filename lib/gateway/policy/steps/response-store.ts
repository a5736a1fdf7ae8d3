import { type CSharp, csharp, type PolicyElement, PolicyExpression, setBody, when } from "../../../policy";
import { variable } from "../caller";
import type { OpenAiApiDescription } from "../openai-api-description";
import { verdict } from "../refusal";
import { operationTrait } from "./operation-table";

const STORE = "store";

/** Whether responses requests keep nothing at the service. */
export function keepsNothing({ optOuts, operations }: OpenAiApiDescription): boolean {
  return !optOuts.has("api-stateful-operations") && operations.some(({ group }) => group === "responses");
}

/**
 * C# statements that refuse a `store` which may not be sent, or could not be told apart from another one in the text.
 * What is not a boolean, and `true` unless it is overruled, is refused with the other stored objects.
 */
export function checkStore({ members = {} }: OpenAiApiDescription): CSharp {
  if (members.responseStore === "must-be-false") {
    return csharp`
      if (${operationTrait("group")} == "responses"
        && (body[${STORE}] == null || body[${STORE}].Type == JTokenType.Null)) {
        return ${verdict("invalid_request", "body-store-missing")};
      }
    `;
  }
  return csharp`
    if (${operationTrait("group")} == "responses" && body[${STORE}] != null && body[${STORE}].ToString() != "False"
      && (Regex.Matches(text, ${storeMember()}).Count != 1
        || JObject.Parse(${withoutStore()})[${STORE}].ToString() != "False")) {
      return ${verdict("invalid_request", "body-store-missing")};
    }
  `;
}

/**
 * Says `"store": false` for a client that did not, which is not the service's default. Every other character of the
 * body stays as it came.
 *
 * @param text variable with the text of the body
 * @param json variable with the `JObject` that was read from it
 */
export function writeStore(api: OpenAiApiDescription, text: string, json: string): readonly PolicyElement[] {
  if (!keepsNothing(api) || api.members?.responseStore === "must-be-false") {
    return [];
  }
  return [
    when(
      csharp`${operationTrait("group")} == "responses"
        && (((JObject)context.Variables[${json}])[${STORE}] == null
          || ((JObject)context.Variables[${json}])[${STORE}].ToString() != "False")`,
      setBody(
        PolicyExpression.block(csharp`
          var text = ${variable(text)};
          var body = (JObject)context.Variables[${json}];
          if (body[${STORE}] != null) {
            return ${withoutStore()};
          }
          var start = text.IndexOf("{") + 1;
          return text.Substring(0, start) + (body.HasValues ? ${'"store":false,'} : ${'"store":false'})
            + text.Substring(start);
        `),
      ),
    ),
  ];
}

/**
 * The text with `"store": false` in the place of the member that is found. That may be a nested one, where the one at
 * the top has an escaped name: whoever writes this reads it again first.
 */
function withoutStore(): CSharp {
  return csharp`Regex.Replace(text, ${storeMember()}, ${'$1"store":false'})`;
}

/**
 * A member `store` that is not `false`, at whatever depth. What begins a member stands outside strings in JSON, and a
 * quotation mark inside of one has a backslash before it, so that this is never found within a string.
 */
function storeMember(): CSharp {
  return csharp`"([{,][\u0020\\t\\r\\n]*)\"store\"[\u0020\\t\\r\\n]*:[\u0020\\t\\r\\n]*(?:null|true)"`;
}
