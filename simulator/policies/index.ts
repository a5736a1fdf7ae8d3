export * from "./policy";
export { policyCompilers } from "./registry";
