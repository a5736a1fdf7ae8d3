import type { EntraTenant, RoleAssignments } from "../identity";
import type { LogWorkspaceModel } from "../model";
import { headerValue, type HttpRequest, type HttpResponse, jsonResponse, readBytes } from "../network";
import { KustoError } from "./kusto-error";
import { type KustoDatabase, type KustoTable, runKusto } from "./kusto-evaluation";

/** What the workspace's queries are answered from. */
export interface LogAnalyticsProps {
  readonly workspaces: readonly LogWorkspaceModel[];
  readonly tenant: (tenantId: string) => EntraTenant;
  readonly roleAssignments: RoleAssignments;
  /** Rows that gateways have written, by table, and the time. */
  readonly records: () => Pick<KustoDatabase, "tables" | "now">;
}

const HOSTS = ["api.loganalytics.io", "api.loganalytics.azure.com"];
const AUDIENCES = HOSTS.flatMap((host) => [`https://${host}`, `https://${host}/`]);
const PATH = /^\/v1\/workspaces\/([0-9a-f-]{36})\/query$/i;
/** What roles that read a workspace allow. */
const QUERY = "Microsoft.OperationalInsights/workspaces/query/read";

/**
 * The query API of Log Analytics. Every workspace of the stacks has the rows of every gateway: which diagnostic sends
 * where is not simulated.
 *
 * Source: https://learn.microsoft.com/azure/azure-monitor/logs/api/overview
 */
export class LogAnalytics {
  /** Names that it answers by. */
  public readonly hostNames = HOSTS;

  public constructor(private readonly props: LogAnalyticsProps) {}

  /** Runs a query as whoever has every right would. @throws KustoError */
  public query(workspace: LogWorkspaceModel, query: string): KustoTable {
    return runKusto(query, { ...this.props.records(), functions: workspace.functions });
  }

  /** Answers a request to the API. */
  public async handle(request: HttpRequest): Promise<HttpResponse> {
    const { method, url, origin, headers } = request;
    const guid = PATH.exec(url.pathname)?.[1]?.toLowerCase();
    const workspace = this.props.workspaces.find((each) => each.workspaceId.toLowerCase() === guid);
    if (guid === undefined || method !== "POST") {
      return failure(404, "PathNotFoundError", "The requested path does not exist");
    }
    if (workspace === undefined) {
      return failure(404, "WorkspaceNotFoundError", "The workspace could not be found");
    }
    const token = /^Bearer\s+(\S+)$/i.exec(headerValue(headers, "authorization") ?? "")?.[1];
    const result =
      token === undefined ? undefined : await this.props.tenant(workspace.tenantId).verify(token, AUDIENCES);
    if (result === undefined || "refused" in result || typeof result.claims["oid"] !== "string") {
      return failure(401, "InvalidTokenError", "The provided authentication token is invalid");
    }
    const mayRead = this.props.roleAssignments.allows(result.claims["oid"], QUERY, workspace.id);
    if (!mayRead || (!workspace.publicQueries && origin !== "virtualNetwork")) {
      return failure(
        403,
        "InsufficientAccessError",
        "The provided credentials have insufficient access to perform the requested operation",
      );
    }
    try {
      const { query } = JSON.parse(new TextDecoder().decode(await readBytes(request.body))) as {
        readonly query?: unknown;
      };
      if (typeof query !== "string") {
        return failure(400, "BadArgumentError", "The request has no query");
      }
      return jsonResponse(200, { tables: [answered(this.query(workspace, query))] });
    } catch (error) {
      if (error instanceof KustoError || error instanceof SyntaxError) {
        return failure(400, "BadArgumentError", error.message);
      }
      throw error;
    }
  }
}

function answered({ columns, rows }: KustoTable): object {
  return {
    name: "PrimaryResult",
    columns: columns.map((name) => ({ name, type: typeOf(rows.map((row) => row[name] ?? null)) })),
    rows: rows.map((row) => columns.map((name) => row[name] ?? null)),
  };
}

function typeOf(values: readonly unknown[]): string {
  const value = values.find((each) => each !== null);
  if (value instanceof Date) {
    return "datetime";
  }
  if (typeof value === "number") {
    return values.every((each) => each === null || Number.isInteger(each)) ? "long" : "real";
  }
  return typeof value === "boolean" ? "bool" : typeof value === "object" ? "dynamic" : "string";
}

function failure(status: number, code: string, message: string): HttpResponse {
  return jsonResponse(status, { error: { code, message } });
}
