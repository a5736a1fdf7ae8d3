import type { BlobContainer, StoredBlob } from "../blob-storage";

/** One container of blobs, as tests use it. */
export class SimulatedContainer {
  public constructor(private readonly container: BlobContainer) {}

  /** Blobs in order of their names. */
  public get blobs(): readonly StoredBlob[] {
    return this.container.list("");
  }
}
