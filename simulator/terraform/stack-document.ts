/** The parts of a stack that the simulator reads; strings of a `cdk.tf.json` are still templates. */
export interface StackDocument {
  readonly name: string;
  readonly file: string;
  readonly backend?: { readonly type: string; readonly config: JsonObject };
  readonly providers: readonly { readonly name: string; readonly config: JsonObject }[];
  readonly variables: ReadonlyMap<string, JsonObject>;
  readonly locals: ReadonlyMap<string, unknown>;
  readonly outputs: ReadonlyMap<string, JsonObject>;
  /** The document is what Terraform shows of a plan or state: its strings are values. */
  readonly isRecorded?: boolean;
  /** What a plan does not say, and what it is taken for. @default - nothing */
  readonly assumptions?: readonly string[];
  readonly blocks: readonly StackBlock[];
}

/** A `resource` or `data` block. */
export interface StackBlock {
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly id: string;
  readonly config: JsonObject;
  /** What the configuration behind a plan sets; the rest of `config` is the provider's. @default - all of it */
  readonly writtenNames?: readonly string[];
  /** Blocks of a plan of which the provider makes a part. @default - none */
  readonly completedNames?: readonly string[];
  /** Whether a plan makes it, or changes it. @default - the document is not a plan */
  readonly isChanged?: boolean;
}

export type JsonObject = Readonly<Record<string, unknown>>;
