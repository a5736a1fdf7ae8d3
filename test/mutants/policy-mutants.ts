import type { Json, Mutant, TextEdit } from "./mutant";

/** Attributes of resources that hold a policy document or a fragment of one. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  azurerm_api_management_policy: "xml_content",
  azurerm_api_management_api_policy: "xml_content",
  azurerm_api_management_api_operation_policy: "xml_content",
  azurerm_api_management_product_policy: "xml_content",
  azurerm_api_management_policy_fragment: "value",
};

interface Edit extends TextEdit {
  readonly operator: string;
}

/** Every element left out, every condition answered, every refusal in C# taken back, every bound widened. */
export function policyMutants(json: Json): readonly Mutant[] {
  return Object.entries(json.resource as Record<string, Record<string, Json>>).flatMap(
    ([type, resources]) => {
      const attribute = DOCUMENTS[type];
      if (attribute === undefined) {
        return [];
      }
      return Object.entries(resources).flatMap(([id, attributes]) => {
        const xml = String(attributes[attribute]);
        return edits(xml).map(({ operator, start, end, replacement }) => ({
          operator,
          address: `${type}.${id}`,
          edit: { start, end, replacement },
          change: changeOf(xml, start, end, replacement),
          json: () => {
            const copy = structuredClone(json) as { resource: Record<string, Record<string, Json>> };
            copy.resource[type]![id]![attribute] = edited(xml, { start, end, replacement });
            return copy;
          },
        }));
      });
    },
  );
}

/** The text of a policy document in a stack. */
export function documentOf(json: Json, address: string): string {
  const [type = "", id = ""] = address.split(".");
  const resources = json.resource as Record<string, Record<string, Json>>;
  return String(resources[type]?.[id]?.[DOCUMENTS[type] ?? ""]);
}

export function edited(text: string, { start, end, replacement }: TextEdit): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** Characters around a change that is not to be understood without them. */
const CONTEXT = 40;
const SHORT = 12;

function changeOf(xml: string, start: number, end: number, replacement: string): string {
  const line = xml.slice(0, start).split("\n").length;
  if (end - start > SHORT) {
    return `line ${line}: ${brief(xml.slice(start, end))} → ${brief(replacement)}`;
  }
  const [before, after] = [xml.slice(start - CONTEXT, start), xml.slice(end, end + CONTEXT)];
  return `line ${line}: ${brief(before + xml.slice(start, end) + after)} → ${brief(before + replacement + after)}`;
}

function brief(text: string): string {
  const line = asWritten(text).replace(/\s+/g, " ").trim();
  return line.length > 90 ? `${line.slice(0, 89)}…` : line || "nothing";
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

function asWritten(text: string): string {
  return text.replace(/&(lt|gt|amp|quot);/g, (_, name: string) => ENTITIES[name] ?? "");
}

function edits(xml: string): readonly Edit[] {
  const of = (operator: string, pattern: RegExp, replace: (match: RegExpExecArray) => string): Edit[] =>
    [...xml.matchAll(pattern)].map((match) => ({
      operator,
      start: match.index,
      end: match.index + match[0].length,
      replacement: replace(match),
    }));
  return [
    ...elements(xml),
    ...of("always", /(?<=<when condition=")[^"]*(?=")/g, () => "@(true)"),
    ...of("never", /(?<=<when condition=")[^"]*(?=")/g, () => "@(false)"),
    ...of("refuse-nothing", /return &quot;[a-z_]+:[a-z-]+&quot;;/g, () => "return &quot;&quot;;"),
    ...of(
      "widen",
      /(?<=[ ](?:calls|tokens-per-minute|token-quota|max-count|renewal-period|timeout)=")\d+(?=")/g,
      ([n]) => `${n}000`,
    ),
    ...of("widen", /(?<=&gt; )\d+/g, ([n]) => `${n}000`),
    ...of("turn", /(?<==")(true|false)(?=")/g, ([flag]) => (flag === "true" ? "false" : "true")),
    ...of("forget", /&quot;[\w.:/-]+&quot;, (?=&quot;[\w.:/-]+&quot;)/g, () => ""),
    ...of("add", /(?<=new\[\] \{ )(?=&quot;)/g, () => "&quot;other&quot;, "),
    // Whom a policy names: tenants, issuers, audiences, roles, thumbprints, backends.
    ...of(
      "replace",
      /(?<=<(?:audience|application-id|value|issuer|required-scope)>)[^<@]+(?=<)/g,
      ([text]) => `other-${text}`,
    ),
    ...of(
      "replace",
      /(?<=[ ](?:tenant-id|url|common-name|issuer-thumbprint|issuer-subject|backend-id|resource|header-name|name|fragment-id)=")[^"@]+(?=")/g,
      ([text]) => `other-${text}`,
    ),
    ...of("loosen", /(?<!&amp;)&amp;&amp;(?!&amp;)/g, () => "||"),
    ...of("tighten", /(?<!\|)\|\|(?!\|)/g, () => "&amp;&amp;"),
  ];
}

/** Whole elements, by counting how deep those of the same name stand in each other. */
function elements(xml: string): readonly Edit[] {
  return [...xml.matchAll(/<([a-z][\w-]*)\b(?:[^<>"]|"[^"]*")*?(\/?)>/g)]
    .filter(([, name = ""]) => !["policies", "fragment"].includes(name))
    .map((match) => {
      const [tag, name = "", closed] = match;
      const start = match.index;
      return {
        operator: "leave-out",
        start,
        end: closed === "/" ? start + tag.length : endOf(xml, name, start + tag.length),
        replacement: "",
      };
    });
}

function endOf(xml: string, name: string, from: number): number {
  const tags = new RegExp(`<(/?)${name}(?=[\\s/>])(?:[^<>"]|"[^"]*")*?(/?)>`, "g");
  tags.lastIndex = from;
  for (let depth = 1, tag = tags.exec(xml); tag !== null; tag = tags.exec(xml)) {
    depth += tag[1] === "/" ? -1 : tag[2] === "/" ? 0 : 1;
    if (depth === 0) {
      return tags.lastIndex;
    }
  }
  throw new Error(`<${name}> does not end`);
}
