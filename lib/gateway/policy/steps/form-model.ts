import {
  type CSharp,
  csharp,
  type PolicyElement,
  PolicyExpression,
  setVariable,
  when,
} from "../../../policy";
import { variable } from "../caller";
import type { OpenAiApiDescription } from "../openai-api-description";
import type { OpenAiOperation } from "../openai-operation";
import { refuseIf, verdict } from "../refusal";
import { requestBounds } from "../request-bounds";
import { operationTrait } from "./operation-table";

/** `model` of a form that names its deployment there, `""` for a form that could be read in two ways. */
export const FORM_MODEL = "formModel";

/** A boundary as clients make them, quoted or not, and nothing after it (RFC 2046 section 5.1.1). */
const FORM_TYPE = csharp`"^multipart/form-data;\u0020*boundary=(?:\"([A-Za-z0-9'()+_,./:=?-]{1,70})\"|([A-Za-z0-9'+_.-]{1,70}))\\z"`;
const OTHER_FIELDS =
  "(?:(?:Content-Type: [^\\r\\n]*|Content-Length: [0-9]+|Content-Transfer-Encoding: (?:binary|8bit))\\r\\n)*";
/** Header of a part: its name in group 1 or 2, a file's name in group 3 (RFC 7578 section 4). */
const PART_HEADER = csharp`${
  `^\\r\\n${OTHER_FIELDS}` +
  'Content-Disposition: form-data; name=(?:"([A-Za-z0-9_.\\[\\]-]{1,64})"|([A-Za-z0-9_.-]{1,64}))' +
  '(; filename=(?:"[^"\\\\\\r\\n]*"|[^" ;\\\\\\r\\n]+))?(?:; filename\\*=[A-Za-z0-9!#$&+.^_`|~%\'-]+)?\\r\\n' +
  `${OTHER_FIELDS}\\r\\n`
}`;

/** Whether a form names its deployment itself. */
export function namesDeploymentInForm({ body, deploymentIn }: OpenAiOperation): boolean {
  return body === "multipart" && deploymentIn === "body";
}

/** C# `bool`. */
export const IN_FORM: CSharp = csharp`${operationTrait("body")} == "multipart" && ${operationTrait("deploymentIn")} == "body"`;

/**
 * Reads the deployment that a form names. The form is read whole, and as strictly as forms are written: one line end,
 * one `model`, each delimiter a delimiter and nothing around them. A form that the service might read in another way is
 * refused: rights would be checked for one deployment, and another one would answer.
 */
export function readFormModel(api: OpenAiApiDescription): readonly PolicyElement[] {
  if (!api.operations.some(namesDeploymentInForm)) {
    return [];
  }
  const { maxBodyBytes } = requestBounds(api);
  return [
    when(
      IN_FORM,
      ...refuseIf(
        api.refusalFragmentId,
        csharp`
          return context.Request.Body != null
            && context.Request.Body.As<byte[]>(preserveContent: true).Length > ${maxBodyBytes}
            ? ${verdict("request_too_large", "form-size")} : "";
        `,
      ),
      setVariable(FORM_MODEL, PolicyExpression.block(modelOfForm())),
      ...refuseIf(
        api.refusalFragmentId,
        csharp`return ${variable(FORM_MODEL)} == "" ? ${verdict("invalid_request", "body-form")} : "";`,
      ),
    ),
  ];
}

/** Bytes become characters one by one: none is skipped, joined or taken for a mark of another encoding. */
function modelOfForm(): CSharp {
  return csharp`
    var boundary = Regex.Match(context.Request.Headers.GetValueOrDefault("Content-Type", ""), ${FORM_TYPE},
      RegexOptions.IgnoreCase);
    if (!boundary.Success || context.Request.Body == null) {
      return "";
    }
    var delimiter = "--" + boundary.Groups[1].Value + boundary.Groups[2].Value;
    var text = Encoding.ASCII.GetString(context.Request.Body.As<byte[]>(preserveContent: true));
    var parts = ("\r\n" + text).Split(new[] { "\r\n" + delimiter }, StringSplitOptions.None);
    var end = parts[parts.Length - 1];
    if (parts[0] != "" || (end != "--" && end != "--\r\n")
      || text.Split(new[] { delimiter }, StringSplitOptions.None).Length != parts.Length) {
      return "";
    }
    var model = "";
    foreach (var part in parts.Skip(1).Take(parts.Length - 2)) {
      var header = Regex.Match(part, ${PART_HEADER}, RegexOptions.IgnoreCase);
      if (!header.Success) {
        return "";
      }
      var name = header.Groups[1].Value + header.Groups[2].Value;
      if (name.ToLowerInvariant() == "model") {
        if (name != "model" || model != "" || header.Groups[3].Success || part.Length == header.Length
          || header.Value.ToLowerInvariant().Replace("charset=utf-8", "").Contains("charset")) {
          return "";
        }
        model = part.Substring(header.Length);
      }
    }
    return model;
  `;
}
