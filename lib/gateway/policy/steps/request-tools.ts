import { type CSharp, csharp, csharpStrings } from "../../../policy";
import type { OpenAiApiDescription } from "../openai-api-description";
import { verdict } from "../refusal";
import { allowedTools, CHAT_TOOLS, CLIENT_TOOLS } from "../tool-types";

/** Items of an input that bring tools along, as the request itself does. */
const TOOL_ITEMS = ["additional_tools", "tool_search_output"];
/** Members of a tool that decide where it runs. */
const DECIDING_MEMBERS = ["type", "tools", "environment"];

/**
 * C# statements that refuse tools which the model service would run: it calls hosts, keeps objects or spends for them.
 * Reads `body`, and `properties`: those of the request and of its input.
 */
export function checkTools(api: OpenAiApiDescription): CSharp {
  return api.operations.some(({ group }) => group === "responses") ? toolsAnywhere(api) : toolsOfChats(api);
}

/** Chats know functions, in one list. */
function toolsOfChats({ optOuts, members = {} }: OpenAiApiDescription): CSharp {
  const allowed = allowedTools(CHAT_TOOLS, optOuts, members.toolTypes);
  return csharp`
    if (body["tools"] != null && body["tools"].Type != JTokenType.Null
      && (body["tools"].Type != JTokenType.Array || ((JArray)body["tools"]).Any(tool =>
        tool.Type != JTokenType.Object || tool["type"] == null
        || ((JObject)tool).Properties().Any(member => member.Name != "type" && member.Name.ToLowerInvariant() == "type")
        || !${csharpStrings(allowed)}.Contains(tool["type"].ToString())))) {
      return ${verdict("invalid_request", "body-tools")};
    }
  `;
}

/** Responses know many tools, in lists of the request, of its items and of other tools. */
function toolsAnywhere({ optOuts, members = {} }: OpenAiApiDescription): CSharp {
  const allowed = allowedTools(CLIENT_TOOLS, optOuts, members.toolTypes);
  const inContainers = csharp`
          || (tool["type"].ToString() == "shell" && (tool["environment"] == null
            || tool["environment"].Type != JTokenType.Object || tool["environment"]["type"] == null
            || tool["environment"]["type"].ToString() != "local"))
  `;
  return csharp`
    var toolLists = properties.Where(property => property.Name == "tools" && (property.Parent == body
        || (property.Parent["type"] != null
          && ${csharpStrings(TOOL_ITEMS)}.Contains(property.Parent["type"].ToString()))))
      .Select(property => property.Value).Where(list => list.Type != JTokenType.Null).ToList();
    var tools = toolLists.SelectMany(list => list.Children()).ToList();
    var inner = tools.Where(tool => tool.Type == JTokenType.Object && tool["tools"] != null)
      .SelectMany(tool => tool["tools"].Children()).ToList();
    if (toolLists.Any(list => list.Type != JTokenType.Array)
      || inner.Any(tool => tool.Type == JTokenType.Object && tool["tools"] != null)
      || tools.Concat(inner).Any(tool => tool.Type != JTokenType.Object
          || tool["type"] == null || !${csharpStrings(allowed)}
            .Contains(tool["type"].ToString())
          || ((JObject)tool).Properties().Any(member =>
            !${csharpStrings(DECIDING_MEMBERS)}.Contains(member.Name)
            && ${csharpStrings(DECIDING_MEMBERS)}.Contains(member.Name.ToLowerInvariant()))
          ${optOuts.has("api-stateful-operations") ? csharp`` : inContainers})) {
      return ${verdict("invalid_request", "body-tools")};
    }
  `;
}
