import { headerValue, type HttpRequest, type HttpResponse, jsonResponse, readText } from "../network";

/** A form sent to a token or device-authorization endpoint (RFC 6749, section 4). */
export class TokenRequest {
  private constructor(
    private readonly form: URLSearchParams,
    /** Client id and secret, from the form or from Basic authentication (RFC 6749, section 2.3.1). */
    public readonly client: { readonly id: string; readonly secret?: string },
  ) {}

  public static async read(request: HttpRequest): Promise<TokenRequest> {
    const form = new URLSearchParams(await readText(request.body));
    const basic = /^Basic (.+)$/i.exec(headerValue(request.headers, "authorization") ?? "")?.[1];
    if (basic === undefined) {
      return new TokenRequest(form, {
        id: form.get("client_id") ?? "",
        secret: form.get("client_secret") ?? undefined,
      });
    }
    const [id = "", ...secret] = Buffer.from(basic, "base64").toString("utf8").split(":");
    return new TokenRequest(form, { id: formDecode(id), secret: formDecode(secret.join(":")) });
  }

  /** A parameter, or none when absent or empty. */
  public get(name: string): string | undefined {
    const value = this.form.get(name);
    return value === null || value === "" ? undefined : value;
  }
}

function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}

/** A successful token response, which nobody may store (RFC 6749, section 5.1). */
export function tokenResponse(members: Readonly<Record<string, unknown>>): HttpResponse {
  return jsonResponse(200, members, { "cache-control": "no-store", pragma: "no-cache" });
}

/** An error response (RFC 6749, section 5.2). */
export function oauthError(error: string, description: string, status = 400): HttpResponse {
  return jsonResponse(status, { error, error_description: description }, { "cache-control": "no-store" });
}
