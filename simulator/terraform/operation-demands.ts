import type { OperationModel } from "../model";

/** A part of a query that a request must have: a parameter, or one with a fixed value. */
interface QueryDemand {
  readonly name: string;
  /** @default - any */
  readonly value?: string;
}

/** What an operation demands of a request. Two with the same demands take the same requests. */
export class OperationDemands {
  /** Method and path, without names of parameters. */
  public readonly path: string;
  private readonly query: readonly QueryDemand[];

  public constructor({ method, urlTemplate, optionalParameters = [] }: OperationModel) {
    const [path = "", query = ""] = urlTemplate.split("?", 2);
    const shape = path
      .replace(/^\//, "")
      .replace(/\{\*[^{}]*\}/g, "*")
      .replace(/\{[^{}*]*\}/g, "{}");
    this.path = `${method} /${shape}`.toLowerCase();
    this.query = [...new URLSearchParams(query)].flatMap(([name, value]): readonly QueryDemand[] => {
      const parameter = /^\{(.+)\}$/.exec(value)?.[1];
      if (parameter === undefined) {
        return [{ name, value }];
      }
      return optionalParameters.includes(parameter) ? [] : [{ name }];
    });
  }

  /** The same text for the same demands. */
  public get text(): string {
    const parts = this.query.map(({ name, value }) => `${name}=${value ?? "{}"}`.toLowerCase());
    return `${this.path}?${parts.sort().join("&")}`;
  }

  /** Whether a request may meet these and others, which demand neither more nor less than these. */
  public overlaps(other: OperationDemands): boolean {
    return (
      this.path === other.path && !this.contradicts(other) && !this.includes(other) && !other.includes(this)
    );
  }

  private contradicts(other: OperationDemands): boolean {
    return this.query.some(({ name, value }) =>
      other.query.some(
        (theirs) =>
          theirs.name === name && value !== undefined && theirs.value !== undefined && theirs.value !== value,
      ),
    );
  }

  private includes(other: OperationDemands): boolean {
    return other.query.every((theirs) =>
      this.query.some(
        ({ name, value }) => name === theirs.name && (theirs.value === undefined || theirs.value === value),
      ),
    );
  }
}
