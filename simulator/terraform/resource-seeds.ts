import type { StackBlock, StackDocument } from "./stack-document";

/**
 * What generated values of resources are made from: addresses, and not the names of files, so that a plan and a copy of
 * it have the same. Of documents that are loaded together, a later one that has an address again gets others for it.
 */
export class ResourceSeeds {
  private readonly counts = new Map<string, number>();

  /** @param name - of the document, as it says itself */
  public seedOf({ isRecorded }: StackDocument, name: string, { mode, type, id }: StackBlock): string {
    const address = isRecorded === true ? id : `${name}/${mode === "data" ? "data." : ""}${type}.${id}`;
    const count = (this.counts.get(address) ?? 0) + 1;
    this.counts.set(address, count);
    return count === 1 ? address : `${address}#${count}`;
  }
}
