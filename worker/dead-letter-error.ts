/** Why nothing will become of a message: for whoever looks at the dead letters. */
export class DeadLetterError extends Error {
  public override readonly name = "DeadLetterError";

  /** @param reason one word that people can search for */
  public constructor(
    public readonly reason: "UnreadableMessage" | "Expired",
    description: string,
  ) {
    super(description);
  }
}
