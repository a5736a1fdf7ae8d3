import { invalidRequest } from "./account-error";

/** The form of a request (RFC 7578): texts by name, and the sizes of files. */
export interface RequestForm {
  readonly fields: Readonly<Record<string, string>>;
  /** Bytes of the files by name; `image[]` counts as `image`. */
  readonly files: Readonly<Record<string, readonly number[]>>;
}

/**
 * @returns nothing for a body of another type
 * @throws AccountError (400) for one that cannot be read
 */
export async function readForm(
  contentType: string | undefined,
  body: Uint8Array<ArrayBuffer>,
): Promise<RequestForm | undefined> {
  if (contentType === undefined || !/^multipart\/form-data\s*;/i.test(contentType)) {
    return undefined;
  }
  const fields: Record<string, string> = {};
  const files: Record<string, number[]> = {};
  try {
    const form = await new Response(body, { headers: { "content-type": contentType } }).formData();
    for (const [name, value] of form) {
      if (typeof value === "string") {
        fields[name] = value;
      } else {
        (files[name.replace(/\[\]$/, "")] ??= []).push(value.size);
      }
    }
  } catch {
    throw invalidRequest("We could not parse the multipart form of your request.");
  }
  return { fields, files };
}
