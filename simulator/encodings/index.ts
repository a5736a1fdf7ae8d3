export { type Encoding, type EncodingName, loadEncoding } from "./encoding";
