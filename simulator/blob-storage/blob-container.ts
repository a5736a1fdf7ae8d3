import type { Clock } from "../clock";
import { BlobError, blobNotFound, conditionNotMet } from "./blob-error";
import type { StoredBlob } from "./stored-blob";

/** What a caller asks of a blob's state (RFC 9110, section 13): ETags, or `*` for any. */
export interface Conditions {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
}

export type NewBlob = Pick<StoredBlob, "name" | "content" | "contentType" | "metadata">;

/** Blobs by name, with conditions judged and kept in one step. */
export class BlobContainer {
  private readonly blobs = new Map<string, StoredBlob>();
  private versions = 0;

  public constructor(
    public readonly name: string,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes a blob, new or over an old one.
   * @throws BlobError 409 when it must not exist, 412 for any other condition
   */
  public put(blob: NewBlob, conditions: Conditions): StoredBlob {
    const old = this.blobs.get(blob.name);
    if (old !== undefined && conditions.ifNoneMatch === "*") {
      throw new BlobError(409, "BlobAlreadyExists", "The specified blob already exists.");
    }
    check(old, conditions);
    const now = this.clock.now();
    const stored = {
      ...blob,
      etag: this.nextEtag(now),
      version: (old?.version ?? 0) + 1,
      createdAt: old?.createdAt ?? now,
      modifiedAt: now,
    };
    this.blobs.set(blob.name, stored);
    return stored;
  }

  /** @throws BlobError 404 for an unknown name, 412 or 304 for a condition */
  public get(name: string, conditions: Conditions = {}): StoredBlob {
    const blob = this.blobs.get(name);
    if (blob === undefined) {
      throw blobNotFound();
    }
    if (conditions.ifNoneMatch !== undefined && matches(blob, conditions.ifNoneMatch)) {
      throw new BlobError(304, "ConditionNotMet", "");
    }
    check(blob, { ifMatch: conditions.ifMatch });
    return blob;
  }

  /** @throws BlobError 404 for an unknown name, 412 for a condition */
  public delete(name: string, conditions: Conditions): void {
    const blob = this.blobs.get(name);
    if (blob === undefined) {
      throw blobNotFound();
    }
    check(blob, conditions);
    this.blobs.delete(name);
  }

  /** Blobs whose names begin so, in order of their names. */
  public list(prefix: string): readonly StoredBlob[] {
    return [...this.blobs.values()]
      .filter(({ name }) => name.startsWith(prefix))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** Forgets all blobs. */
  public clear(): void {
    this.blobs.clear();
  }

  /** In the form of the service: ticks of 100 ns, never the same twice. */
  private nextEtag(now: number): string {
    this.versions += 1;
    return `"0x8D${(BigInt(Math.floor(now)) * 10_000n + BigInt(this.versions)).toString(16).toUpperCase()}"`;
  }
}

/** @throws BlobError 412 */
function check(blob: StoredBlob | undefined, { ifMatch, ifNoneMatch }: Conditions): void {
  const isWanted = ifMatch === undefined || (blob !== undefined && matches(blob, ifMatch));
  const isUnwanted = ifNoneMatch !== undefined && blob !== undefined && matches(blob, ifNoneMatch);
  if (!isWanted || isUnwanted) {
    throw conditionNotMet();
  }
}

function matches({ etag }: StoredBlob, condition: string): boolean {
  return condition === "*" || condition.split(",").some((tag) => tag.trim() === etag);
}
