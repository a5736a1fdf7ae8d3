import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { json as readJson } from "node:stream/consumers";
import type { ApiAccess, ShownFact } from "../access";
import type { Simulation } from "../simulation";
import { type AccessSearch, PageAccess } from "./page-access";
import { readPageAssets } from "./page-assets";
import { callForPage, type MadeCall, PageCallError } from "./page-call";
import { pageClients } from "./page-clients";
import { applyControl } from "./page-control";
import { pageAccounts, pagePolicy, pageRequest, pageStack, type PolicyCounts } from "./page-json";

export interface SimulatorPageProps {
  readonly simulation: Simulation;
  /** Callers that the form can act as. */
  readonly accesses: readonly ApiAccess[];
  /** Where the page is mounted. */
  readonly path: string;
  /** Finds out who may call what, when the page asks. @default - the page has no such view */
  readonly searchAccess?: AccessSearch;
  /** What is known of how often policies run. @default - nothing */
  readonly counts?: PolicyCounts;
  /** Writes a call for a shell. @default - the page offers none */
  readonly curlOf?: (call: MadeCall) => string;
}

/** Requests that a page shows when it opens. */
const REQUESTS_SHOWN = 200;
const KEEP_ALIVE_MS = 15_000;
/** Pages that watch at the same time. */
const MAX_STREAMS = 20;
/** What may wait for a page that reads slower than requests end. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Nothing but the page's own files runs, and no other site may frame or read it. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "Cache-Control": "no-store",
};

/**
 * The page that shows a running simulation: what runs, the policies that apply, each request as it ends, and a form
 * to make one. Meant for loopback: whoever reaches it can call the gateways as any of their callers.
 */
export class SimulatorPage {
  private readonly simulation: Simulation;
  private readonly accesses: readonly ApiAccess[];
  private readonly path: string;
  private readonly counts: PolicyCounts;
  private readonly access: PageAccess | undefined;
  private readonly curlOf: SimulatorPageProps["curlOf"];
  private readonly assets = readPageAssets();
  private streams = 0;

  public constructor(props: SimulatorPageProps) {
    this.simulation = props.simulation;
    this.accesses = props.accesses;
    this.path = props.path;
    this.counts = props.counts ?? {};
    this.access = props.searchAccess && new PageAccess(props.searchAccess);
    this.curlOf = props.curlOf;
  }

  /** Serves the page and what it reads, below its path. */
  public get listener(): RequestListener {
    return (request, response) => {
      this.serve(request, response).catch((error: unknown) => {
        if (!response.headersSent) {
          answer(response, 500, { error: String(error) });
        } else {
          response.destroy();
        }
      });
    };
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const path = url.pathname.slice(this.path.length).replace(/^\//, "");
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      response.setHeader(name, value);
    }
    if (isForeign(request)) {
      return answer(response, 403, { error: "only the simulator's own page may ask" });
    }
    if (path === "calls") {
      return this.posted(request, response, (call) =>
        callForPage(this.simulation, this.accesses, call, this.curlOf),
      );
    }
    if (path === "controls") {
      return this.posted(request, response, (control) => {
        applyControl(this.simulation, control);
        return { time: this.simulation.clock.now() };
      });
    }
    if (request.method !== "GET") {
      return answer(response, 405, { error: `${request.method} is not allowed here` });
    }
    switch (path) {
      case "events":
        return this.stream(response);
      case "stack.json":
        return answer(response, 200, pageStack(this.simulation, this.accesses));
      case "accounts.json":
        return answer(response, 200, pageAccounts(this.simulation));
      case "clients.json":
        return answer(response, 200, pageClients(this.simulation));
      case "access.json":
      case "access-request.json":
        return this.whoMayCall(path, url.searchParams, response);
      case "policy.json":
        return this.policy(url.searchParams, response);
      default:
        return this.asset(path === "" ? "index.html" : path, response);
    }
  }

  private asset(name: string, response: ServerResponse): void {
    const asset = this.assets.get(name);
    if (asset === undefined) {
      return answer(response, 404, { error: `there is no '${name}'` });
    }
    response.writeHead(200, { "Content-Type": asset.contentType }).end(asset.content);
  }

  private async whoMayCall(path: string, query: URLSearchParams, response: ServerResponse): Promise<void> {
    if (this.access === undefined) {
      return answer(response, 404, { error: "nobody finds out here who may call what" });
    }
    if (path === "access.json") {
      return answer(response, 200, await this.access.report());
    }
    const named = (name: string): string => query.get(name) ?? "";
    const requests = await this.access.requests({
      gateway: named("gateway"),
      api: named("api"),
      way: named("way"),
      client: named("client"),
      acting: named("acting") as ShownFact["acting"],
      topic: named("topic") as ShownFact["topic"],
      subject: named("subject"),
    });
    answer(response, 200, requests);
  }

  private policy(query: URLSearchParams, response: ServerResponse): void {
    const named = (name: string): string => query.get(name) ?? "";
    const policy = pagePolicy(
      this.simulation,
      {
        gateway: named("gateway"),
        api: named("api"),
        operation: named("operation"),
        product: named("product"),
      },
      this.counts,
    );
    answer(response, policy === undefined ? 404 : 200, policy ?? { error: "there is no such scope" });
  }

  /** Server-sent events: the latest requests, then each one as it ends. */
  private stream(response: ServerResponse): void {
    if (this.streams >= MAX_STREAMS) {
      return answer(response, 503, { error: `${MAX_STREAMS} pages are open already` });
    }
    this.streams += 1;
    response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8" });
    const send = (trace: Parameters<typeof pageRequest>[0]): void => {
      response.write(`event: request\ndata: ${jsonText(pageRequest(trace))}\n\n`);
      // The browser comes back by itself, and gets the latest again.
      if (response.writableLength > MAX_UNREAD_BYTES) {
        response.destroy();
      }
    };
    this.simulation.traces.slice(-REQUESTS_SHOWN).forEach(send);
    // Also what makes a browser see that the stream is open when there is no request yet.
    const keepAlive = (): void => void response.write(": open\n\n");
    keepAlive();
    const timer = setInterval(keepAlive, KEEP_ALIVE_MS);
    const stop = this.simulation.onRequest(send);
    response.once("close", () => {
      this.streams -= 1;
      clearInterval(timer);
      stop();
    });
  }

  /** Answers JSON that the page posts. */
  private async posted(
    request: IncomingMessage,
    response: ServerResponse,
    answerTo: (posted: unknown) => unknown,
  ): Promise<void> {
    // A form of another site cannot send this type without asking first.
    if (request.method !== "POST" || request.headers["content-type"] !== "application/json") {
      return answer(response, 405, { error: "POST a call as application/json" });
    }
    if (Number(request.headers["content-length"] ?? Infinity) > MAX_BODY_BYTES) {
      return answer(response, 413, { error: `a call may have ${MAX_BODY_BYTES} bytes and must state them` });
    }
    try {
      answer(response, 200, await answerTo(await readJson(request)));
    } catch (error) {
      if (error instanceof PageCallError || error instanceof SyntaxError) {
        return answer(response, 400, { error: error.message });
      }
      answer(response, 502, { error: `the gateway broke off the connection: ${String(error)}` });
    }
  }
}

/** Whether another site's page asks: browsers say so in one of two headers. */
function isForeign({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"];
  const { origin } = headers;
  return (
    (typeof site === "string" && site !== "same-origin" && site !== "none") ||
    (origin !== undefined && origin !== `http://${headers.host}`)
  );
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json; charset=utf-8" }).end(jsonText(body));
}

/** Details of steps may hold numbers that JSON has no form for. */
function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "bigint" ? member.toString() : member,
  );
}
