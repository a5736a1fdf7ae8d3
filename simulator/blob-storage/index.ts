export { BlobContainer } from "./blob-container";
export { BlobStorage, type BlobStorageProps } from "./blob-storage";
export type { StoredBlob } from "./stored-blob";
