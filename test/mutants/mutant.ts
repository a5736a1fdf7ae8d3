/** `cdk.tf.json`, or a part of it. */
export type Json = Record<string, unknown>;

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
  /** Where in a policy document it begins. @default - it is no change of a policy */
  readonly offset?: number;
  /** The whole stack with the change. */
  readonly json: () => Json;
}
