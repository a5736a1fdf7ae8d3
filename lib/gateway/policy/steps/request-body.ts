import {
  type CSharp,
  csharp,
  csharpJoin,
  csharpStrings,
  type PolicyElement,
  PolicyExpression,
  setHeader,
  setVariable,
  when,
} from "../../../policy";
import { REQUEST_TEXT, variable } from "../caller";
import type { OpenAiApiDescription } from "../openai-api-description";
import type { OpenAiOperation } from "../openai-operation";
import { refuseIf, verdict } from "../refusal";
import { MAX_COUNT, requestBounds } from "../request-bounds";
import { operationTrait } from "./operation-table";
import { checkTools } from "./request-tools";
import { checkStore, keepsNothing, writeStore } from "./response-store";

/** `JObject` of a JSON request, null for every other one. */
export const BODY = "requestBody";

/**
 * A JSON string (RFC 8259 section 7), quotation marks included; one without an end runs to the end of the text. So
 * the pattern matches at every quotation mark, and nothing is read twice: one that could fail would be tried again
 * at each mark after it, which takes quadratic time.
 */
const JSON_STRING = csharp`"\"[^\"\\\\]*(?:\\\\(?:.|\\n)[^\"\\\\]*)*(?:\"|\\\\?\\z)"`;
/**
 * What JSON has outside strings, once each string is a single quotation mark. The parser takes more than
 * that.
 */
const NOT_JSON = csharp`"[^\u0020\\t\\r\\n{}\\[\\],:\"0-9+.Eaeflnrstu-]"`;
/** The end of a member's name, in a text whose strings are single quotation marks. */
const NAME_END = csharp`"\"[\u0020\\t\\r\\n]*:"`;
/** Members that say how many tokens an answer may have. */
export const OUTPUT_TOKENS = ["max_tokens", "max_completion_tokens", "max_output_tokens"];
/** Members that the checks below read. One whose name differs in case only would pass them. */
const CHECKED_MEMBERS = [
  "model",
  "messages",
  "input",
  "prompt",
  "tools",
  "n",
  "best_of",
  "service_tier",
  "user_security_context",
  ...OUTPUT_TOKENS,
  "data_sources",
  "dataSources",
  "web_search_options",
  "previous_response_id",
  "conversation",
  "store",
  "background",
];
/** The same of what stands inside messages and inputs. */
const CHECKED_PARTS = [
  "type",
  "role",
  "url",
  "image_url",
  "file_url",
  "server_url",
  "file_id",
  "encrypted_content",
];
/** Members whose names inside are the client's own: schemas of its functions and answers, its notes. */
const FREE_MEMBERS = ["tools", "functions", "response_format", "text", "metadata"];
/** Items of an input that carry what they say. What has neither a role nor one of these refers to a stored item. */
const INPUT_TYPES = [
  "function_call",
  "function_call_output",
  "custom_tool_call",
  "custom_tool_call_output",
  "reasoning",
  "local_shell_call",
  "local_shell_call_output",
  "shell_call",
  "shell_call_output",
  "apply_patch_call",
  "apply_patch_call_output",
  "computer_call",
  "computer_call_output",
  "web_search_call",
  "compaction",
  "mcp_list_tools",
  "mcp_call",
  "mcp_approval_request",
  "mcp_approval_response",
  "tool_search_call",
  "tool_search_output",
  "additional_tools",
  "compaction_trigger",
  "configuration_update",
];
/** The same of tools that the service runs. An image is sent back as a part of a message: its call may be an id only. */
const HOSTED_INPUT_TYPES = ["program", "program_output"];
const SERVICE_TIERS = ["auto", "default"];
const REMOTE_LINKS = ["image_url", "file_url", "server_url"];
const REMOTE_MEMBERS = ["data_sources", "dataSources", "web_search_options"];
const STATEFUL_MEMBERS = ["previous_response_id", "conversation"];
const STATEFUL_FLAGS = ["store", "background"];

/**
 * Reads a JSON body once, and refuses one that could mean something else to the model service than to these
 * checks. The body goes on as it came, but for `store`: writing it anew would change values that look like dates.
 */
export function checkRequestBody(api: OpenAiApiDescription): readonly PolicyElement[] {
  const takes = (kind: OpenAiOperation["body"]): boolean => api.operations.some(({ body }) => body === kind);
  return [
    ...(takes("json") ? [checkJson(api)] : []),
    ...(takes("multipart") ? [checkMultipartLength(api)] : []),
  ];
}

/** A form that says how large it is streams through; one that does not is measured. */
function checkMultipartLength(api: OpenAiApiDescription): PolicyElement {
  return when(
    csharp`${operationTrait("body")} == "multipart" && !context.Request.Headers.ContainsKey("Content-Length")`,
    ...refuseIf(
      api.refusalFragmentId,
      csharp`
        return context.Request.Body != null
          && context.Request.Body.As<byte[]>(preserveContent: true).Length > ${requestBounds(api).maxMultipartBytes}
          ? ${verdict("request_too_large", "body-size")} : "";
      `,
    ),
  );
}

function checkJson(api: OpenAiApiDescription): PolicyElement {
  const { maxBodyBytes } = requestBounds(api);
  return when(
    csharp`${operationTrait("body")} == "json"`,
    // Whatever the client called UTF-8: the service is told what these checks have read.
    setHeader("Content-Type", "application/json"),
    setVariable(
      REQUEST_TEXT,
      PolicyExpression.of(
        csharp`context.Request.Body == null ? "" : context.Request.Body.As<string>(preserveContent: true)`,
      ),
    ),
    setVariable(BODY, PolicyExpression.block(parse(maxBodyBytes))),
    ...refuseIf(
      api.refusalFragmentId,
      csharp`
          var text = ${variable(REQUEST_TEXT)};
          var body = (JObject)context.Variables[${BODY}];
          if (Encoding.UTF8.GetByteCount(text) > ${maxBodyBytes}) {
            return ${verdict("request_too_large", "body-size")};
          }
          if (body == null) {
            return ${verdict("invalid_request", "body-json")};
          }
          ${csharpJoin(bodyRules(api), "\n")}
          return "";
        `,
    ),
    ...writeStore(api, REQUEST_TEXT, BODY),
  );
}

function bodyRules(api: OpenAiApiDescription): readonly CSharp[] {
  return [
    unambiguous(),
    parts(),
    ...shapes(api),
    choices(api),
    outputTokens(api),
    amounts(api),
    ...purchases(api),
    ...content(api),
    ...state(api),
  ];
}

function parse(maxBodyBytes: number): CSharp {
  return csharp`
    var text = ${variable(REQUEST_TEXT)};
    if (text.Length > ${maxBodyBytes}) {
      return null;
    }
    try {
      return JObject.Parse(text);
    } catch (Exception) {
      return null;
    }
  `;
}

/**
 * One reading only: strict JSON, and as many members as the parser kept. Of two members with one name,
 * escaped or not, the parser keeps one and the model service perhaps the other.
 */
function unambiguous(): CSharp {
  return csharp`
    var outline = Regex.Replace(text, ${JSON_STRING}, ${'"'});
    var members = outline.Split(':').Length - 1;
    if (Regex.IsMatch(outline, ${NOT_JSON}) || Regex.Split(outline, ${NAME_END}).Length - 1 != members) {
      return ${verdict("invalid_request", "body-json")};
    }
    if (body.Descendants().Count(part => part.Type == JTokenType.Property) != members) {
      return ${verdict("invalid_request", "body-duplicate-member")};
    }
  `;
}

/**
 * Shapes that the service is known to fail at, with 500 instead of 400.
 *
 * Source: https://github.com/Azure/azure-sdk-for-python/issues/40812
 */
function shapes({ operations }: OpenAiApiDescription): readonly CSharp[] {
  const groups = new Set(operations.map(({ group }) => group));
  const messages = csharp`
    if (${operationTrait("group")} == "chat" && body["messages"] != null
      && (body["messages"].Type != JTokenType.Array
        || body["messages"].Any(message => message.Type != JTokenType.Object))) {
      return ${verdict("invalid_request", "body-messages")};
    }
  `;
  const input = csharp`
    if (${csharpStrings(["embeddings", "responses"])}.Contains(${operationTrait("group")}) && body["input"] != null
      && body["input"].Type != JTokenType.String && body["input"].Type != JTokenType.Array) {
      return ${verdict("invalid_request", "body-input")};
    }
  `;
  return [
    ...(groups.has("chat") ? [messages] : []),
    ...(groups.has("embeddings") || groups.has("responses") ? [input] : []),
  ];
}

/** What the checks look through, under names that mean the same to whoever reads them without regard to case. */
function parts(): CSharp {
  const lowerCase = CHECKED_MEMBERS.map((name) => name.toLowerCase());
  const camelCase = CHECKED_MEMBERS.filter((name) => name !== name.toLowerCase());
  const inLowerCase = csharpJoin(
    camelCase.map((name) => csharp`member.Name == ${name.toLowerCase()}`),
    " || ",
  );
  const inAnotherCase = csharpJoin(
    camelCase.map((name) => csharp`member.Name != ${name}`),
    " && ",
  );
  return csharp`
    var properties = body.Properties().Where(member => !${csharpStrings(FREE_MEMBERS)}.Contains(member.Name))
      .SelectMany(member => member.Descendants())
      .Where(part => part.Type == JTokenType.Property).Select(part => (JProperty)part)
      .Concat(body.Properties()).ToList();
    if (body.Properties().Any(member => (${inLowerCase}
          || member.Name != member.Name.ToLowerInvariant() && ${inAnotherCase})
        && ${csharpStrings(lowerCase)}.Contains(member.Name.ToLowerInvariant()))
      || properties.Any(property => property.Name != property.Name.ToLowerInvariant()
        && ${csharpStrings(CHECKED_PARTS)}.Contains(property.Name.ToLowerInvariant()))) {
      return ${verdict("invalid_request", "body-member-case")};
    }
  `;
}

/** What costs more than the deployment does, and what speaks for others. */
function purchases({ members = {} }: OpenAiApiDescription): readonly CSharp[] {
  const { serviceTiers = [], userSecurityContext = "refuse" } = members;
  const tier = csharp`
    if (body["service_tier"] != null && body["service_tier"].Type != JTokenType.Null
      && !${csharpStrings([...SERVICE_TIERS, ...serviceTiers])}.Contains(body["service_tier"].ToString())) {
      return ${verdict("invalid_request", "body-service-tier")};
    }
  `;
  const context = csharp`
    if (body["user_security_context"] != null && body["user_security_context"].Type != JTokenType.Null) {
      return ${verdict("invalid_request", "body-user-security-context")};
    }
  `;
  return userSecurityContext === "allow" ? [tier] : [tier, context];
}

function choices(api: OpenAiApiDescription): CSharp {
  return csharp`
    foreach (var name in ${csharpStrings(["n", "best_of"])}) {
      ${integerAtMost(requestBounds(api).maxChoices, "body-choices")}
    }
  `;
}

/** That they are numbers; how large they may be depends on the deployment, which is not known yet. */
function outputTokens(api: OpenAiApiDescription): CSharp {
  const capped = csharp`
    foreach (var name in ${csharpStrings(OUTPUT_TOKENS)}) {
      ${integerAtMost(MAX_COUNT, "body-output-tokens")}
    }
  `;
  if (!requestBounds(api).outputTokensRequired) {
    return capped;
  }
  return csharp`
    ${capped}
    if (${csharpStrings(["chat", "completions", "responses"])}.Contains(${operationTrait("group")})
      && ${csharpStrings(OUTPUT_TOKENS)}.All(name =>
        body[name] == null || body[name].Type == JTokenType.Null)) {
      return ${verdict("invalid_request", "body-output-tokens-missing")};
    }
  `;
}

/** Absent and null are the model's default. The digits are counted first: a long integer does not convert. */
function integerAtMost(max: number, rule: string): CSharp {
  return csharp`
    var value = body[name];
    if (value != null && value.Type != JTokenType.Null
      && (value.Type != JTokenType.Integer || !Regex.IsMatch(value.ToString(), "^[1-9][0-9]{0,8}\\z")
        || (int)value > ${max})) {
      return ${verdict("invalid_request", rule)};
    }
  `;
}

/** An input that is a list of integers is one input in tokens. */
function amounts(api: OpenAiApiDescription): CSharp {
  const { maxEmbeddingInputs, maxImages } = requestBounds(api);
  return csharp`
    if (${operationTrait("group")} == "embeddings"
      && body["input"] != null && body["input"].Type == JTokenType.Array
      && ((JArray)body["input"]).Where(input => input.Type != JTokenType.Integer).Count() > ${maxEmbeddingInputs}) {
      return ${verdict("invalid_request", "body-inputs")};
    }
    if (properties.Where(property => property.Name == "image_url").Count() > ${maxImages}) {
      return ${verdict("invalid_request", "body-images")};
    }
  `;
}

/** What would make the model service call hosts that the request names. */
function content(api: OpenAiApiDescription): readonly CSharp[] {
  const checks = [checkTools(api)];
  if (api.optOuts.has("api-remote-content")) {
    return checks;
  }
  return [
    csharp`
      if (${csharpStrings(REMOTE_MEMBERS)}.Any(name =>
        body[name] != null && body[name].Type != JTokenType.Null)) {
        return ${verdict("invalid_request", "body-remote-content")};
      }
      if (properties.Where(property => ${csharpStrings(REMOTE_LINKS)}.Contains(property.Name))
        .Select(property => property.Value.Type == JTokenType.Object ? property.Value["url"] : property.Value)
        .Any(link => link != null && link.Type != JTokenType.Object && link.Type != JTokenType.Null
          && !link.ToString().StartsWith("data:"))) {
        return ${verdict("invalid_request", "body-remote-content")};
      }
    `,
    ...checks,
  ];
}

/**
 * Objects at the service belong to whoever knows their id: all clients reach it as one identity. The service stores a
 * response unless it is told not to.
 */
function state(api: OpenAiApiDescription): readonly CSharp[] {
  const { optOuts, members = {} } = api;
  if (optOuts.has("api-stateful-operations")) {
    return [];
  }
  const inputTypes = optOuts.has("api-hosted-tools") ? [...INPUT_TYPES, ...HOSTED_INPUT_TYPES] : INPUT_TYPES;
  const stored = csharp`
    ${checkStore(api)}
    if (${operationTrait("group")} == "responses" && body["input"] != null && body["input"].Type == JTokenType.Array
      && ((JArray)body["input"]).Any(item => item.Type == JTokenType.Object
        && (item["role"] == null || item["role"].Type != JTokenType.String)
        && (item["type"] == null || !${csharpStrings(inputTypes)}.Contains(item["type"].ToString())
          || (item["type"].ToString() == "reasoning" && item["id"] != null && item["encrypted_content"] == null)))) {
      return ${verdict("invalid_request", "body-input-item")};
    }
  `;
  const overruled =
    members.responseStore === "always-false"
      ? csharp`
          && !(name == "store" && body[name].Type == JTokenType.Boolean && ${operationTrait("group")} == "responses")`
      : csharp``;
  return [
    csharp`
      if (${csharpStrings(STATEFUL_MEMBERS)}.Any(name =>
          body[name] != null && body[name].Type != JTokenType.Null)
        || ${csharpStrings(STATEFUL_FLAGS)}.Any(name =>
          body[name] != null && body[name].Type != JTokenType.Null
          && (body[name].Type != JTokenType.Boolean || body[name].ToString() != "False")${overruled})
        || (body["prompt"] != null && (body["prompt"].Type == JTokenType.Object
          || (${operationTrait("group")} == "responses" && body["prompt"].Type != JTokenType.Null)))
        || properties.Any(property => property.Name == "file_id" && property.Value.Type == JTokenType.String)
        || properties.Any(property =>
          property.Name == "type" && property.Value.ToString() == "item_reference")) {
        return ${verdict("invalid_request", "body-stored-objects")};
      }
    `,
    ...(keepsNothing(api) ? [stored] : []),
  ];
}
