import { notSimulated } from "./blob-error";
import type { StoredBlob } from "./stored-blob";

const MAX_RESULTS = 5000;

/**
 * The answer to List Blobs.
 * Source: https://learn.microsoft.com/rest/api/storageservices/list-blobs
 * @param blobs those with the prefix, in order of their names
 * @throws BlobError for hierarchies, which are not simulated
 */
export function blobList(
  endpoint: string,
  container: string,
  blobs: readonly StoredBlob[],
  query: URLSearchParams,
): string {
  if (query.has("delimiter")) {
    throw notSimulated("lists by delimiter");
  }
  const { prefix, marker, maxresults } = Object.fromEntries(query);
  const max = Math.min(Number(maxresults ?? MAX_RESULTS), MAX_RESULTS);
  const withMetadata = (query.get("include") ?? "").split(",").includes("metadata");
  const from = marker === undefined || marker === "" ? blobs : blobs.filter(({ name }) => name >= marker);
  const next = from[max]?.name ?? "";
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<EnumerationResults ServiceEndpoint="${xml(endpoint)}" ContainerName="${xml(container)}">`,
    prefix === undefined ? "" : `<Prefix>${xml(prefix)}</Prefix>`,
    marker === undefined ? "" : `<Marker>${xml(marker)}</Marker>`,
    maxresults === undefined ? "" : `<MaxResults>${max}</MaxResults>`,
    "<Blobs>",
    ...from.slice(0, max).map((blob) => entry(blob, withMetadata)),
    `</Blobs><NextMarker>${xml(next)}</NextMarker></EnumerationResults>`,
  ].join("");
}

function entry(blob: StoredBlob, withMetadata: boolean): string {
  const metadata = Object.entries(blob.metadata).map(([name, value]) => `<${name}>${xml(value)}</${name}>`);
  return [
    `<Blob><Name>${xml(blob.name)}</Name><Properties>`,
    `<Creation-Time>${new Date(blob.createdAt).toUTCString()}</Creation-Time>`,
    `<Last-Modified>${new Date(blob.modifiedAt).toUTCString()}</Last-Modified>`,
    `<Etag>${xml(blob.etag.replaceAll('"', ""))}</Etag>`,
    `<Content-Length>${blob.content.byteLength}</Content-Length>`,
    `<Content-Type>${xml(blob.contentType)}</Content-Type>`,
    "<BlobType>BlockBlob</BlobType><LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState>",
    "<ServerEncrypted>true</ServerEncrypted></Properties>",
    withMetadata ? `<Metadata>${metadata.join("")}</Metadata>` : "",
    "<OrMetadata /></Blob>",
  ].join("");
}

/** Text of an element or attribute. */
export function xml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
