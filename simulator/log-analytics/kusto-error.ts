/** A query that Log Analytics would refuse, or that uses what the simulator does not have of Kusto. */
export class KustoError extends Error {
  public override readonly name = "KustoError";
}
