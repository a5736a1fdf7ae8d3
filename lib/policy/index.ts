/**
 * Policy elements and C# expressions. Import them from `cdktf-azure-openai-gateway/policy`.
 *
 * @packageDocumentation
 */
export * from "./csharp";
export * from "./elements";
export * from "./named-value-reference";
export * from "./policy-document";
export * from "./policy-element";
export * from "./policy-expression";
export * from "./policy-fragment";
export type { PolicyStore } from "./policy-problems";
export * from "./terraform-text";
