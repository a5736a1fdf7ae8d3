import type { OperationModel } from "../model";
import type { ConfigurationReader } from "./configuration-reader";
import { refuseUnmatchable } from "./operation-template";

/** What an OpenAPI description adds to an API. */
export interface ImportedDescription {
  readonly serviceUrl?: string;
  readonly operations: readonly OperationModel[];
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;

/** An OpenAPI document, as far as it makes operations (OpenAPI 3.0, sections 4.7.5, 4.7.8 and 4.7.10). */
interface OpenApiDocument {
  readonly servers?: readonly { readonly url?: string }[];
  readonly paths?: Readonly<Record<string, Readonly<Record<string, OpenApiOperation | undefined>>>>;
}

interface OpenApiOperation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly responses?: Readonly<Record<string, { readonly content?: object } | undefined>>;
}

/**
 * Reads the operations that an `import` block creates.
 * @returns nothing for a description that cannot be read, after reporting why
 */
export function importedOperations(block: ConfigurationReader): ImportedDescription {
  const format = block.string("content_format");
  if (format !== "openapi+json" && format !== "openapi") {
    block.refuse(`format '${format}' is not supported; give the description as openapi+json`);
    return { operations: [] };
  }
  const text = block.string("content_value");
  let document: OpenApiDocument;
  try {
    document = JSON.parse(text) as OpenApiDocument;
  } catch (error) {
    block.refuse(`the description is not JSON (${(error as Error).message}); YAML is not read`);
    return { operations: [] };
  }
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method): readonly OperationModel[] => {
      const operation = item[method];
      if (operation === undefined) {
        return [];
      }
      refuseUnmatchable(path, block);
      const operationId = operation.operationId ?? `${method}-${path.replace(/[^A-Za-z0-9]+/g, "-")}`;
      return [
        {
          address: `${block.address}.import#${operationId}`,
          operationId,
          displayName: operation.summary ?? operationId,
          method: method.toUpperCase(),
          urlTemplate: path,
          hasSampleResponses: Object.values(operation.responses ?? {}).some(
            (response) => response?.content !== undefined,
          ),
        },
      ];
    }),
  );
  return { serviceUrl: document.servers?.[0]?.url, operations };
}
