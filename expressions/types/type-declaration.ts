import type { Implementation } from "../values/cs-type";
import type { CsValue } from "../values/cs-value";

/** Both directions of a property or indexer; a bare function only reads. */
export interface Accessors {
  readonly get: Implementation;
  readonly set: Implementation;
}

/**
 * A type that expressions may use. Keys of `members` are C# declarations as the .NET reference prints them;
 * what is not declared here does not exist for an expression.
 *
 * `const` members carry their value instead of a function.
 */
export interface TypeDeclaration {
  readonly namespace: string;
  /** C# header, for example `class List<T> : IList<T>`. */
  readonly header: string;
  /** The type exists, but an expression cannot name it: it is not on APIM's list. */
  readonly unnameable?: boolean;
  /** The static class holds extension methods. */
  readonly hasExtensions?: boolean;
  readonly members?: Readonly<Record<string, Implementation | Accessors | CsValue>>;
  /** Full names of the types that a generic method may be asked for, by method name; others are refused at load. */
  readonly typeArguments?: Readonly<Record<string, ReadonlySet<string>>>;
  /**
   * Looks at the arguments of a call that are known at load, by the names of their parameters.
   * @throws UnsupportedFeature for what the simulator cannot do with them, which is then reported at load
   */
  readonly checkConstants?: (constants: ReadonlyMap<string, CsValue>) => void;
  /** Members of an enum. */
  readonly values?: Readonly<Record<string, number>>;
  /** The enum is a bit set: prints as `A, B`. */
  readonly flags?: boolean;
  /** `default(T)` of a struct. */
  readonly defaultValue?: CsValue;
}
