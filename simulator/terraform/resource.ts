import { HclEvaluationError } from "./hcl-evaluation-error";
import { HclNamespace } from "./hcl-evaluator";
import { hclString, type HclValue } from "./hcl-value";
import type { JsonObject, StackBlock } from "./stack-document";

export interface ResourceProps {
  readonly block: StackBlock;
  readonly stack: string;
  /** Of generated values. */
  readonly seed: string;
  /** Address for messages, with the stack's name when several stacks are loaded. */
  readonly address: string;
  /** The values are those of a plan or a state. */
  readonly isRecorded?: boolean;
  /** Evaluates the templates of a JSON value in the scope of the resource's stack. */
  readonly evaluate: (json: unknown) => HclValue;
  /** Attributes that the provider computes; `undefined` for one it does not. */
  readonly compute: (resource: Resource, name: string) => HclValue | undefined;
}

/** Arguments of Terraform itself, which are not attributes. */
const META_ARGUMENTS = new Set([
  "//",
  "provider",
  "depends_on",
  "lifecycle",
  "timeouts",
  "connection",
  "provisioner",
]);

/** A resource or data source of a stack; its attributes get their values when somebody asks. */
export class Resource extends HclNamespace {
  public readonly mode: StackBlock["mode"];
  public readonly type: string;
  public readonly id: string;
  public readonly stack: string;
  public readonly address: string;
  /** Identifies the resource among all stacks, however many are loaded: seed of generated values. */
  public readonly seed: string;
  /** Its values are those of a plan or a state, in which the provider has filled in what nobody configured. */
  public readonly isRecorded: boolean;
  /** Whether a plan makes it, or changes it; undefined outside of plans. */
  public readonly isChanged: boolean | undefined;
  private readonly config: JsonObject;
  private readonly values = new Map<string, HclValue | undefined>();
  private readonly pending = new Set<string>();

  public constructor(private readonly props: ResourceProps) {
    super();
    const { mode, type, id, config, isChanged } = props.block;
    this.mode = mode;
    this.type = type;
    this.id = id;
    this.stack = props.stack;
    this.address = props.address;
    this.seed = props.seed;
    this.config = config;
    this.isRecorded = props.isRecorded === true;
    this.isChanged = isChanged;
  }

  /** Names of the configured attributes. */
  public get configuredNames(): readonly string[] {
    const { writtenNames } = this.props.block;
    return Object.keys(this.config).filter(
      (name) => !META_ARGUMENTS.has(name) && writtenNames?.includes(name) !== false,
    );
  }

  /** All values as they are recorded. */
  public get recorded(): JsonObject {
    return this.config;
  }

  /** A meta-argument such as `for_each` or `provider`, as written. */
  public metaArgument(name: string): unknown {
    return Object.hasOwn(this.config, name) ? this.config[name] : undefined;
  }

  /** The value given in the stack. @throws HclEvaluationError when its expression has none */
  public configured(name: string): HclValue | undefined {
    const json = this.metaArgument(name);
    return json === undefined || META_ARGUMENTS.has(name) ? undefined : this.props.evaluate(json);
  }

  /**
   * The value of an attribute, computed or configured; `undefined` when it has neither.
   * @throws HclEvaluationError when its expression has no value, or needs itself
   */
  public get(name: string): HclValue | undefined {
    if (this.values.has(name)) {
      return this.values.get(name);
    }
    if (this.pending.has(name)) {
      throw new HclEvaluationError(`${this.address}.${name} refers to itself`);
    }
    this.pending.add(name);
    try {
      // What a state records, no computation replaces.
      const isWhole = this.props.block.completedNames?.includes(name) !== true;
      const value =
        this.isRecorded && isWhole
          ? (this.configured(name) ?? this.props.compute(this, name))
          : (this.props.compute(this, name) ?? this.configured(name));
      this.values.set(name, value);
      return value;
    } finally {
      this.pending.delete(name);
    }
  }

  /** A configured or computed text. @throws HclEvaluationError when it is missing or no text */
  public text(name: string): string {
    return hclString(this.attribute(name));
  }

  public override attribute(name: string): HclValue {
    const value = this.get(name);
    if (value === undefined) {
      throw new HclEvaluationError(`${this.address} has no value for '${name}' that the simulator knows`);
    }
    return value;
  }
}
