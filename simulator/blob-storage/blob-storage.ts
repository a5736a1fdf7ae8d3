import { createHash, randomUUID } from "node:crypto";
import type { Clock } from "../clock";
import type { EntraTenant, RoleAssignments } from "../identity";
import type { StorageAccountModel } from "../model";
import { bytesResponse, headerValue, type HttpRequest, type HttpResponse, readBytes } from "../network";
import { BlobAccess } from "./blob-access";
import { BlobContainer, type Conditions } from "./blob-container";
import { BlobError, notSimulated } from "./blob-error";
import { blobList, xml } from "./blob-list";
import { byteRange } from "./byte-range";
import type { StoredBlob } from "./stored-blob";

export interface BlobStorageProps {
  readonly model: StorageAccountModel;
  /** Tenant whose tokens the account accepts. */
  readonly tenant: EntraTenant;
  readonly roleAssignments: RoleAssignments;
  readonly clock: Clock;
}

const METADATA = "x-ms-meta-";
const DEFAULT_CONTENT_TYPE = "application/octet-stream";
/** The first version that takes tokens of Entra. */
const MIN_VERSION = "2017-11-09";

/** The data plane of one storage account, as far as block blobs go: put, get, properties, delete, list. */
export class BlobStorage {
  public readonly model: StorageAccountModel;
  public readonly containers: readonly BlobContainer[];
  private readonly access: BlobAccess;

  public constructor(props: BlobStorageProps) {
    this.model = props.model;
    this.access = new BlobAccess(props.model, props.tenant, props.roleAssignments);
    this.containers = props.model.containers.map(({ name }) => new BlobContainer(name, props.clock));
  }

  public get hostName(): string {
    return `${this.model.name}.blob.core.windows.net`;
  }

  /** Answers a request to the account's host. */
  public async handle(request: HttpRequest): Promise<HttpResponse> {
    const version = headerValue(request.headers, "x-ms-version") ?? "";
    const common = {
      server: "Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0",
      "x-ms-request-id": randomUUID(),
      "x-ms-version": version,
    };
    try {
      const caller = await this.access.authenticate(request);
      this.access.checkNetwork(request);
      if (!/^\d{4}-\d{2}-\d{2}$/.test(version) || version < MIN_VERSION) {
        throw new BlobError(400, "InvalidHeaderValue", `x-ms-version must be ${MIN_VERSION} or later`);
      }
      const response = await this.answer(request, caller);
      return { ...response, headers: { ...headerLists(common), ...response.headers } };
    } catch (error) {
      if (error instanceof BlobError) {
        return failure(error, request.method === "HEAD", common);
      }
      throw error;
    }
  }

  private async answer(request: HttpRequest, caller: string): Promise<HttpResponse> {
    const { method, url } = request;
    const [, containerName = "", ...rest] = url.pathname.split("/");
    const name = decodeURIComponent(rest.join("/"));
    const container = this.containers.find((candidate) => candidate.name === containerName);
    const right = method === "PUT" ? "write" : method === "DELETE" ? "delete" : "read";
    this.access.authorize(caller, right, containerName);
    if (container === undefined) {
      throw new BlobError(404, "ContainerNotFound", "The specified container does not exist.");
    }
    if (name === "") {
      return this.ofContainer(request, container);
    }
    if (url.searchParams.has("comp")) {
      throw notSimulated(`'comp=${url.searchParams.get("comp")}' of blobs`);
    }
    switch (method) {
      case "PUT":
        return this.put(request, container, name);
      case "GET":
      case "HEAD":
        return read(request, container.get(name, conditionsOf(request)));
      case "DELETE":
        container.delete(name, conditionsOf(request));
        return bytesResponse(202, Buffer.alloc(0), { "x-ms-delete-type-permanent": "true" });
      default:
        throw new BlobError(405, "UnsupportedHttpVerb", "The resource doesn't support specified Http Verb.");
    }
  }

  private ofContainer({ method, url }: HttpRequest, container: BlobContainer): HttpResponse {
    const { searchParams: query } = url;
    if (method !== "GET" || query.get("restype") !== "container" || query.get("comp") !== "list") {
      throw notSimulated("operations on containers but their lists");
    }
    const blobs = container.list(query.get("prefix") ?? "");
    const list = blobList(`https://${this.hostName}/`, container.name, blobs, query);
    return bytesResponse(200, Buffer.from(list), { "content-type": "application/xml" });
  }

  private async put(request: HttpRequest, container: BlobContainer, name: string): Promise<HttpResponse> {
    const { headers } = request;
    const type = headerValue(headers, "x-ms-blob-type");
    if (type === undefined) {
      throw new BlobError(400, "MissingRequiredHeader", "x-ms-blob-type is required.");
    }
    if (type !== "BlockBlob") {
      throw notSimulated(`blobs of type '${type}'`);
    }
    const content = await readBytes(request.body);
    const blob = container.put(
      {
        name,
        content,
        contentType:
          headerValue(headers, "x-ms-blob-content-type") ??
          headerValue(headers, "content-type") ??
          DEFAULT_CONTENT_TYPE,
        metadata: Object.fromEntries(
          Object.entries(headers)
            .filter(([header]) => header.startsWith(METADATA))
            .map(([header, [value = ""]]) => [header.slice(METADATA.length), value]),
        ),
      },
      conditionsOf(request),
    );
    return bytesResponse(201, Buffer.alloc(0), {
      etag: blob.etag,
      "last-modified": new Date(blob.modifiedAt).toUTCString(),
      "content-md5": createHash("md5").update(content).digest("base64"),
      "x-ms-request-server-encrypted": "true",
    });
  }
}

function read({ method, headers }: HttpRequest, blob: StoredBlob): HttpResponse {
  const range = byteRange(
    headerValue(headers, "x-ms-range") ?? headerValue(headers, "range"),
    blob.content.byteLength,
  );
  const content = range === undefined ? blob.content : blob.content.subarray(range.from, range.to + 1);
  const metadata = Object.entries(blob.metadata).map(([name, value]) => [`${METADATA}${name}`, value]);
  const response = bytesResponse(range === undefined ? 200 : 206, content, {
    "accept-ranges": "bytes",
    "content-type": blob.contentType,
    etag: blob.etag,
    "last-modified": new Date(blob.modifiedAt).toUTCString(),
    "x-ms-blob-type": "BlockBlob",
    "x-ms-creation-time": new Date(blob.createdAt).toUTCString(),
    "x-ms-lease-state": "available",
    "x-ms-lease-status": "unlocked",
    "x-ms-server-encrypted": "true",
    ...(range === undefined
      ? {}
      : { "content-range": `bytes ${range.from}-${range.to}/${blob.content.byteLength}` }),
    ...(Object.fromEntries(metadata) as Record<string, string>),
  });
  return method === "HEAD" ? { ...response, body: bytesResponse(200, Buffer.alloc(0)).body } : response;
}

function conditionsOf({ headers }: HttpRequest): Conditions {
  return { ifMatch: headerValue(headers, "if-match"), ifNoneMatch: headerValue(headers, "if-none-match") };
}

/** Errors as Storage writes them: the code in a header as well, for answers without a body. */
function failure(
  { status, code, message, headers }: BlobError,
  isHead: boolean,
  common: Readonly<Record<string, string>>,
): HttpResponse {
  const text = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${xml(message)}</Message></Error>`;
  const hasBody = !isHead && status !== 304;
  return bytesResponse(status, Buffer.from(hasBody ? text : ""), {
    ...common,
    ...headers,
    ...(hasBody ? { "content-type": "application/xml" } : {}),
    "x-ms-error-code": code,
  });
}

function headerLists(headers: Readonly<Record<string, string>>): HttpResponse["headers"] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
}
