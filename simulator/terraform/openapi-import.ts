import type { OperationModel } from "../model";
import type { ConfigurationReader } from "./configuration-reader";
import {
  type DescribedOperation,
  DESCRIPTION_LANGUAGES,
  type OpenApiDescription,
  readOpenApi,
} from "./openapi-document";
import { distinctOperationIds } from "./operation-id";
import { refuseRepeatedParameters, refuseUnmatchable } from "./operation-template";
import { jsonProblem, yamlProblem } from "./unreadable-text";

/** What an OpenAPI description adds to an API. */
export interface ImportedDescription {
  readonly serviceUrl?: string;
  readonly operations: readonly OperationModel[];
  /** Whether it could be read. */
  readonly isRead: boolean;
}

/**
 * Reads the operations that an `import` block creates.
 * @returns nothing for a description that cannot be read, after reporting why
 */
export function importedOperations(block: ConfigurationReader): ImportedDescription {
  const format = block.string("content_format");
  const language = DESCRIPTION_LANGUAGES.get(format);
  if (language === undefined) {
    block.refuse(
      `format '${format}' is not supported; give the description itself, as ${[...DESCRIPTION_LANGUAGES.keys()].join(", ")}`,
    );
    return { operations: [], isRead: false };
  }
  const text = block.string("content_value");
  let description: OpenApiDescription;
  try {
    description = readOpenApi(text, language);
  } catch (error) {
    const hint = language === "JSON" ? "; one in YAML has the format 'openapi'" : "";
    const reason = (language === "JSON" ? jsonProblem : yamlProblem)((error as Error).message);
    block.refuse(`the description is not ${language} (${reason.replace(/\s+/g, " ")})${hint}`);
    return { operations: [], isRead: false };
  }
  const operationIds = distinctOperationIds(description.operations.map(writtenId));
  const operations = description.operations.map((operation, index): OperationModel => {
    const { method, urlTemplate, summary, hasSampleResponses } = operation;
    refuseUnmatchable(urlTemplate, block);
    refuseRepeatedParameters(urlTemplate, block);
    const operationId = operationIds[index] ?? "";
    return {
      address: `${block.address}.import#${operationId}`,
      operationId,
      displayName: summary ?? operation.operationId ?? operationId,
      method,
      urlTemplate,
      hasSampleResponses,
    };
  });
  return { serviceUrl: description.serviceUrl, operations, isRead: true };
}

/** An operation without an id is named by its method and its URL template. */
function writtenId({ operationId, method, urlTemplate }: DescribedOperation): string {
  return operationId ?? `${method}-${urlTemplate}`;
}
