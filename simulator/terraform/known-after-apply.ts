/** The argument that a plan does not know the value of. */
export interface UnknownArgument {
  readonly address: string;
  /** Of the value inside the argument: the innermost name. */
  readonly name: string;
  /** What else the value is made of. @default - nothing */
  readonly others?: readonly string[];
}

/** How a value of a plan is made of an attribute. */
export interface PlannedReferenceOptions {
  /** Way to the value inside the attribute: names, and numbers in lists. @default - the whole attribute */
  readonly path?: readonly string[];
  /** Where the attribute's text ends: what stands from here on is cut off. @default - it is whole */
  readonly end?: string;
  /** The argument that has this value, where it is to be told at the start. @default - it is told elsewhere */
  readonly argument?: UnknownArgument;
}

/** A value of a plan that is known after apply, and is an attribute of another resource then. */
export class PlannedReference {
  public readonly path: readonly string[];
  public readonly end?: string;
  public readonly argument?: UnknownArgument;

  public constructor(
    /** The other resource, as the plan addresses it. */
    public readonly address: string,
    public readonly attribute: string,
    /** What stands behind the attribute, in the text that is made of it. */
    public readonly suffix = "",
    { path = [], end, argument }: PlannedReferenceOptions = {},
  ) {
    this.path = path;
    this.end = end;
    this.argument = argument;
  }

  /** The attribute as configurations write it, such as `identity[0].principal_id`. */
  public get text(): string {
    return [this.attribute, ...this.path].reduce((text, step) =>
      /^\d+$/.test(step) ? `${text}[${step}]` : `${text}.${step}`,
    );
  }

  /** The same of an attribute whose text ends before something. */
  public upTo(end: string): PlannedReference {
    const { address, attribute, suffix, path, argument } = this;
    return new PlannedReference(address, attribute, suffix, { path, end, argument });
  }
}

/** A value of a plan that is known after apply, and of what nothing here tells. */
export class PlannedUnknown {
  public constructor(public readonly reason: string) {}
}
