import { isExpression } from "../../../expressions";
import { booleanAttribute, numberAttribute, textAttribute } from "../document/attribute-values";
import { textListShape } from "../document/text-list-shape";
import { ContentSafety, type ContentSafetyRules } from "../language-models/content-safety";
import { LanguageModelRequest } from "../language-models/language-model-request";
import { completionTextOf, isEventStream, isJson } from "../language-models/language-model-usage";
import type { NumberValue, PolicyCompiler, PolicyElementNode } from "../policy-compiler";
import { PolicyError } from "../policy-error";
import type { PolicyExecution } from "../policy-execution";

const CATEGORY_NAMES = ["Hate", "SelfHarm", "Sexual", "Violence"];
const OUTPUT_TYPES = ["FourSeverityLevels", "EightSeverityLevels"];

/**
 * Has prompts, and completions on demand, judged by Azure AI Content Safety. What is harmful, too long, or not
 * judged because the service fails, is refused.
 * Source: https://learn.microsoft.com/azure/api-management/llm-content-safety-policy
 */
export const llmContentSafety: PolicyCompiler = {
  name: "llm-content-safety",
  sections: ["inbound", "outbound"],
  scopes: ["global", "product", "api"],
  shape: {
    attributes: {
      "backend-id": { required: true, expression: true },
      "shield-prompt": { expression: true, type: "boolean" },
      "enforce-on-completions": { expression: true, type: "boolean" },
      "window-size": { expression: true, type: "integer", min: 1 },
      "window-overlap-size": { expression: true, type: "integer", min: 0 },
    },
    children: [
      {
        name: "categories",
        max: 1,
        shape: {
          attributes: { "output-type": { values: OUTPUT_TYPES } },
          children: [
            {
              name: "category",
              min: 1,
              shape: {
                attributes: {
                  name: { required: true, values: CATEGORY_NAMES },
                  threshold: { required: true, expression: true, type: "integer", min: 0, max: 7 },
                },
              },
            },
          ],
        },
      },
      {
        name: "blocklists",
        max: 1,
        shape: textListShape("id"),
      },
    ],
  },
  compile(element, compilation) {
    const literalBackend = element.attributes.get("backend-id") ?? "";
    const knows = compilation.model.backends.some(
      ({ name, single }) => name === literalBackend && single !== undefined,
    );
    if (!isExpression(literalBackend) && !knows) {
      compilation.refuse(`names backend '${literalBackend}', which does not exist or is a pool`);
    }
    const backendId = textAttribute(element, "backend-id", compilation);
    const shieldsPrompt = booleanAttribute(element, "shield-prompt", compilation, false);
    const checksCompletions = booleanAttribute(element, "enforce-on-completions", compilation, false);
    const whole = { min: 0, integer: true };
    const windowSize = numberAttribute(element, "window-size", compilation, whole, 0);
    const overlap = numberAttribute(element, "window-overlap-size", compilation, whole, 0);
    const node = (name: string): PolicyElementNode | undefined =>
      element.children.find((child) => child.name === name);
    const categories = (node("categories")?.children ?? []).map((child) => ({
      name: child.attributes.get("name") ?? "",
      threshold: numberAttribute(child, "threshold", compilation, { min: 0, max: 7, integer: true }),
    }));
    const outputType = node("categories")?.attributes.get("output-type") ?? "FourSeverityLevels";
    const blocklists = (node("blocklists")?.children ?? []).map(({ text }) => text.trim());

    const check = async (execution: PolicyExecution, texts: readonly string[]): Promise<void> => {
      const rules: ContentSafetyRules = {
        thresholds: thresholdsOf(execution, categories),
        outputType,
        blocklists,
      };
      const safety = new ContentSafety(execution, backendId(execution));
      for (const part of windows(texts.join("\n"), windowSize(execution), overlap(execution))) {
        await refuseHarmful(execution, () => safety.analyze(part, rules));
      }
    };
    const checkCompletion = async (execution: PolicyExecution): Promise<void> => {
      const { response } = execution;
      const readable =
        response !== undefined && (isJson(response.headers) || isEventStream(response.headers));
      if (readable && response.status < 400) {
        const text = completionTextOf(response.headers, await response.readBody());
        await check(execution, text === "" ? [] : [text]);
      }
    };

    return async (execution) => {
      if (execution.section === "outbound") {
        await checkCompletion(execution);
        return;
      }
      const request = await LanguageModelRequest.read(execution.request);
      const texts = request?.texts ?? [];
      if (shieldsPrompt(execution) && texts.length > 0) {
        const safety = new ContentSafety(execution, backendId(execution));
        await refuseHarmful(execution, async () =>
          (await safety.detectsAttack(texts.join("\n"))) ? "an attack on the model" : undefined,
        );
      }
      await check(execution, texts);
      if (checksCompletions(execution)) {
        execution.beforeOutbound(() => checkCompletion(execution));
      }
    };
  },
};

function thresholdsOf(
  execution: PolicyExecution,
  categories: readonly { readonly name: string; readonly threshold: NumberValue }[],
): ReadonlyMap<string, number> {
  return new Map(categories.map(({ name, threshold }) => [name, threshold(execution)]));
}

/** A call that fails is not a verdict: the request does not pass. */
async function refuseHarmful(
  execution: PolicyExecution,
  judge: () => Promise<string | undefined>,
): Promise<void> {
  let found: string | undefined;
  try {
    found = await judge();
  } catch (error) {
    execution.signal.throwIfAborted();
    found = error instanceof Error ? error.message : String(error);
  }
  if (found !== undefined) {
    execution.trace({ blocked: found });
    const message = "Request failed content safety check.";
    throw new PolicyError("llm-content-safety", "ContentSafetyCheckFailed", message, {
      status: 403,
      message,
    });
  }
}

/** Parts of a text that follow each other, each overlapping the one before; the text itself without a size. */
function windows(text: string, size: number, overlap: number): readonly string[] {
  if (text === "") {
    return [];
  }
  if (size === 0 || text.length <= size) {
    return [text];
  }
  const step = Math.max(1, size - overlap);
  const parts: string[] = [];
  for (let start = 0; start < text.length; start += step) {
    parts.push(text.slice(start, start + size));
    if (start + size >= text.length) {
      break;
    }
  }
  return parts;
}
