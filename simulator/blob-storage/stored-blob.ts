/** A block blob as a container keeps it. */
export interface StoredBlob {
  /** Name in its container, with slashes. */
  readonly name: string;
  /** As it was written. */
  readonly content: Uint8Array;
  /** Media type, as it was written. */
  readonly contentType: string;
  /** Names in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
  /** With its quotation marks. */
  readonly etag: string;
  /** Times that it was written. */
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}
