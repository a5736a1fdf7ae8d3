import { isComputedOnly } from "./computed-names";
import { HclEvaluationError } from "./hcl-evaluation-error";
import { HclSyntaxError } from "./hcl-parser";
import {
  hclBoolean,
  hclNumber,
  type HclObject,
  hclString,
  hclTypeName,
  type HclValue,
  isHclList,
  isHclObject,
} from "./hcl-value";
import type { Resource } from "./resource";
import type { StackProblems } from "./stack-problems";

/**
 * Reads the arguments of a resource, or of a block inside one, into typed values. A wrong or missing value is
 * reported and read as empty, so that one load finds every problem; a model read with problems is never run.
 */
export class ConfigurationReader {
  /** Arguments that have been reported already. */
  private readonly wrong = new Set<string>();

  private constructor(
    public readonly address: string,
    private readonly path: string,
    private readonly read: (name: string) => HclValue | undefined,
    private readonly names: () => readonly string[],
    private readonly written: (name: string) => unknown,
    private readonly problems: StackProblems,
    /** Type of a resource whose values are recorded. */
    private readonly recordedType: string | undefined,
  ) {}

  /** The arguments and computed attributes of a resource. */
  public static ofResource(resource: Resource, problems: StackProblems): ConfigurationReader {
    return new ConfigurationReader(
      resource.address,
      "",
      (name) => resource.get(name),
      () => resource.configuredNames,
      (name) => resource.metaArgument(name),
      problems,
      resource.isRecorded ? resource.type : undefined,
    );
  }

  /** The arguments of an object that is put together of several resources. @param address - of the last of them */
  public static ofObject(
    address: string,
    path: string,
    object: HclObject,
    problems: StackProblems,
  ): ConfigurationReader {
    return new ConfigurationReader(
      address,
      path,
      (name) => (Object.hasOwn(object, name) ? object[name] : undefined),
      () => Object.keys(object),
      (name) => object[name],
      problems,
      undefined,
    );
  }

  /** Reports a problem of this block. */
  public refuse(problem: string): void {
    this.problems.add(this.address, this.path === "" ? problem : `${this.path}: ${problem}`);
  }

  /** Refuses arguments that would change behaviour which the simulator does not model. @param why by argument */
  public refuseArguments(why: Readonly<Record<string, string>>): void {
    for (const [name, reason] of Object.entries(why)) {
      const value = this.get(name);
      if (value !== undefined && value !== false && !(isHclList(value) && value.length === 0)) {
        this.refuse(`'${name}' is not supported: ${reason}`);
      }
    }
  }

  /** Names of the arguments that are set. */
  public get configuredNames(): readonly string[] {
    return this.names().filter((name) => this.isSet(name));
  }

  /** Whether an argument is set: null and an empty list do not count, as in Terraform. */
  public isSet(name: string): boolean {
    const value = this.written(name);
    return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
  }

  /** Whether the values are those of a plan or a state. */
  public get isRecorded(): boolean {
    return this.recordedType !== undefined;
  }

  /** Whether a value is one that the provider computes, or fills in: what nobody configured is `false` or 0. */
  public isProviders(name: string): boolean {
    const { recordedType } = this;
    if (recordedType === undefined) {
      return false;
    }
    const value = this.written(name);
    return (
      value === false ||
      value === 0 ||
      isComputedOnly(recordedType, name, this.path === "" ? 0 : this.path.split(".").length)
    );
  }

  /** A required text. */
  public string(name: string): string {
    return this.optionalString(name) ?? this.missing(name, "");
  }

  public optionalString(name: string): string | undefined {
    return this.convert(name, hclString);
  }

  /** One of the allowed words. */
  public word<T extends string>(name: string, allowed: readonly T[], fallback?: T): T {
    const text = this.optionalString(name) ?? fallback;
    const found = allowed.find((word) => word === text);
    const [first] = allowed;
    if (found !== undefined || first === undefined) {
      return found as T;
    }
    this.refuse(`'${name}' is '${text ?? "not set"}'; allowed: ${allowed.join(", ")}`);
    return first;
  }

  public boolean(name: string, fallback: boolean): boolean {
    return this.convert(name, hclBoolean) ?? fallback;
  }

  public optionalNumber(name: string): number | undefined {
    return this.convert(name, hclNumber);
  }

  /** A required number. */
  public number(name: string): number {
    return this.optionalNumber(name) ?? this.missing(name, 0);
  }

  /** A list of texts, empty when not set. */
  public strings(name: string): readonly string[] {
    return (
      this.convert(name, (value) => (isHclList(value) ? value.map(hclString) : [hclString(value)])) ?? []
    );
  }

  /** A map of texts, empty when not set. */
  public map(name: string): Readonly<Record<string, string>> {
    return (
      this.convert(name, (value) => {
        if (!isHclObject(value)) {
          throw new HclEvaluationError(`a map is needed, not ${hclTypeName(value)}`);
        }
        return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hclString(item)]));
      }) ?? {}
    );
  }

  /** Nested blocks: none, one object, or a list of objects. */
  public blocks(name: string): readonly ConfigurationReader[] {
    const value = this.get(name);
    if (value === undefined) {
      return [];
    }
    const items = isHclList(value) ? value : [value];
    return items.flatMap((item, index) => {
      if (!isHclObject(item)) {
        this.refuse(`'${name}' must be a block, not ${hclTypeName(item)}`);
        return [];
      }
      return [this.inner(isHclList(value) ? `${name}[${index}]` : name, item)];
    });
  }

  /** The only block of a name, if there is one. */
  public block(name: string): ConfigurationReader | undefined {
    const found = this.blocks(name);
    if (found.length > 1) {
      this.refuse(`'${name}' may stand once, not ${found.length} times`);
    }
    return found[0];
  }

  /** An argument as it stands. */
  public value(name: string): HclValue | undefined {
    return this.get(name);
  }

  /** Whether the argument is set, to whatever value but null. */
  public has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Converts an argument. @returns `undefined` when it is not set or wrong */
  public convert<T>(name: string, conversion: (value: HclValue) => T): T | undefined {
    const value = this.get(name);
    if (value === undefined) {
      return undefined;
    }
    return this.guarded(name, () => conversion(value));
  }

  private get(name: string): HclValue | undefined {
    return this.guarded(name, () => this.read(name)) ?? undefined;
  }

  private guarded<T>(name: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (error instanceof HclEvaluationError || error instanceof HclSyntaxError) {
        this.wrong.add(name);
        this.refuse(`'${name}': ${error.message}`);
        return undefined;
      }
      throw error;
    }
  }

  /** Whether an argument has no value that can be read, which has been told. */
  public isRefused(name: string): boolean {
    return this.wrong.has(name);
  }

  private missing<T>(name: string, empty: T): T {
    if (!this.wrong.has(name)) {
      this.refuse(`'${name}' is missing`);
    }
    return empty;
  }

  private inner(name: string, object: HclObject): ConfigurationReader {
    return new ConfigurationReader(
      this.address,
      this.path === "" ? name : `${this.path}.${name}`,
      (key) => (Object.hasOwn(object, key) ? object[key] : undefined),
      () => Object.keys(object),
      (key) => object[key],
      this.problems,
      this.recordedType,
    );
  }
}
