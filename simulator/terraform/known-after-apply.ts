/** A value of a plan that is known after apply, and is an attribute of another resource then. */
export class PlannedReference {
  public constructor(
    /** The other resource, as the plan addresses it. */
    public readonly address: string,
    public readonly attribute: string,
    /** What stands behind the attribute, in the text that is made of it. */
    public readonly suffix = "",
  ) {}
}

/** A value of a plan that is known after apply, and of what nothing here tells. */
export class PlannedUnknown {
  public constructor(public readonly reason: string) {}
}
