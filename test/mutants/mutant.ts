/** `cdk.tf.json`, or a part of it. */
export type Json = Record<string, unknown>;

/** A place in a text, and what stands there instead. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** One single change of a synthesized stack. */
export interface Mutant {
  /** Name of the operator, such as `flip`. */
  readonly operator: string;
  /** Terraform's address of the resource that is changed. */
  readonly address: string;
  /** What of it is changed, and how. */
  readonly change: string;
  /** What stood there. @default - the change says so, or it is a whole resource */
  readonly was?: unknown;
  /** What is done to the text of a policy document. @default - it is no change of a policy */
  readonly edit?: TextEdit;
  /** The whole stack with the change. */
  readonly json: () => Json;
}
