/**
 * What a policy expression can see of a request: the `context` variable and everything below it, as the
 * gateway implements it. Plain TypeScript values stand for C# ones (`string`, `boolean`, an integral `number`
 * for `int`, `Date` for `DateTime`, `Uint8Array` for `byte[]`, arrays and maps); the expression engine gives
 * them their C# types. Everything is read-only: only policies change an exchange.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#ContextVariables
 */
export interface PolicyContext {
  /** `context.Api`. Null where no API was matched. */
  readonly api: ApiInfo | null;
  /** `context.Backend`: the backend resource that is set; null for none, or for a URL alone. */
  readonly backend?: BackendInfo | null;
  readonly deployment: DeploymentInfo;
  /** `context.Elapsed`: milliseconds since `timestamp`. */
  readonly elapsed: number;
  /** Null until something failed. */
  readonly lastError: LastError | null;
  readonly operation: OperationInfo | null;
  /** Null outside the context of a product. */
  readonly product: ProductInfo | null;
  readonly request: PolicyRequest;
  /** `context.RequestId`: a GUID in text form. */
  readonly requestId: string;
  /** Null before a response exists. */
  readonly response: PolicyResponse | null;
  /** Null when the call was let in without a subscription key. */
  readonly subscription: SubscriptionInfo | null;
  /** When the request arrived. */
  readonly timestamp: Date;
  readonly tracing: boolean;
  /** Owner of the subscription; null when there is none. */
  readonly user: UserInfo | null;
  /**
   * `context.Variables`: whatever `CompiledExpression.evaluate` returned, or a plain TypeScript value,
   * a {@link PolicyResponse}, a {@link Jwt} ... stored by a policy. `null` and `undefined` both read as null.
   */
  readonly variables: ReadonlyMap<string, unknown>;
  readonly workspace: WorkspaceInfo | null;
  /** `context.Trace(message)`. */
  trace(message: string): void;
  /**
   * `new X509Certificate2(bytes)`. @default - expressions make no certificates
   * @throws Error for bytes that are not one
   */
  parseCertificate?(der: Uint8Array): X509Certificate2;
  /** The gateway's clock: what `DateTime.UtcNow` and its siblings read. */
  now(): Date;
}

export interface ApiInfo {
  readonly id: string;
  readonly name: string;
  /** The API's URL suffix. */
  readonly path: string;
  readonly revision: string;
  readonly version: string;
  readonly isCurrentRevision: boolean;
  readonly serviceUrl: Url | null;
  readonly protocols: readonly string[];
  readonly subscriptionKeyParameterNames: { readonly header: string; readonly query: string };
}

/** `context.Backend`. */
export interface BackendInfo {
  readonly id: string;
  readonly azureRegion: string | null;
  readonly type: "Single" | "Pool";
}

export interface DeploymentInfo {
  readonly region: string;
  readonly serviceId: string;
  readonly serviceName: string;
  readonly gatewayId: string;
  readonly gateway: { readonly id: string; readonly instanceId: string; readonly isManaged: boolean };
  /** Uploaded certificates by certificate id. */
  readonly certificates: ReadonlyMap<string, X509Certificate2>;
}

/** `context.LastError`. */
export interface LastError {
  readonly source: string;
  readonly reason: string | null;
  readonly message: string;
  readonly scope: string;
  readonly section: string;
  /** Nesting, for example `choose[3]\when[2]`. */
  readonly path: string;
  readonly policyId: string | null;
}

export interface OperationInfo {
  readonly id: string;
  readonly name: string;
  readonly method: string;
  readonly urlTemplate: string;
}

export interface ProductInfo {
  readonly id: string;
  readonly name: string;
  readonly approvalRequired: boolean;
  readonly subscriptionRequired: boolean;
  readonly state: "NotPublished" | "Published";
  readonly subscriptionsLimit: number | null;
  readonly groups: readonly GroupInfo[];
}

export interface GroupInfo {
  readonly id: string;
  readonly name: string;
}

export interface SubscriptionInfo {
  readonly id: string;
  readonly name: string;
  /** The key that was used. */
  readonly key: string;
  readonly primaryKey: string;
  readonly secondaryKey: string;
  readonly createdDate: Date;
  readonly startDate: Date | null;
  readonly endDate: Date | null;
}

export interface UserInfo {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly note: string | null;
  readonly registrationDate: Date;
  readonly groups: readonly GroupInfo[];
  readonly identities: readonly { readonly id: string; readonly provider: string }[];
}

export interface WorkspaceInfo {
  readonly id: string;
  readonly name: string;
}

/** `context.Request`. */
export interface PolicyRequest {
  /** Null when the request carries no body. */
  readonly body: MessageBody | null;
  /** Null when no client certificate was negotiated. */
  readonly certificate: X509Certificate2 | null;
  readonly headers: MessageHeaders;
  readonly ipAddress: string;
  /** Values of the operation's template parameters. */
  readonly matchedParameters: ReadonlyMap<string, string>;
  readonly method: string;
  /** `context.Request.Foundry`: the deployment that a call of a Foundry API names. @default - none */
  readonly foundry?: { readonly deployment: string } | null;
  /** As the client sent it. */
  readonly originalUrl: Url;
  /** As it stands now, after rewriting. */
  readonly url: Url;
  readonly privateEndpointConnection: {
    readonly name: string;
    readonly groupId: string;
    readonly memberName: string;
  } | null;
}

/** `context.Response`, and what `send-request` stores in its variable: C#'s `IResponse`. */
export interface PolicyResponse {
  /** Tells a stored response from other objects: `(IResponse)context.Variables["r"]` looks at it. */
  readonly csType: "IResponse";
  readonly body: MessageBody | null;
  readonly headers: MessageHeaders;
  readonly statusCode: number;
  readonly statusReason: string;
}

/**
 * `IReadOnlyDictionary<string, string[]>` of headers. `get` must ignore the case of the name; `entries` gives
 * each name once.
 */
export interface MessageHeaders {
  get(name: string): readonly string[] | undefined;
  entries(): Iterable<readonly [string, readonly string[]]>;
}

/** C#'s `IUrl`. */
export interface Url {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** With the leading `?`; empty when there is no query. */
  readonly queryString: string;
  /** Decoded names and values. */
  readonly query: ReadonlyMap<string, readonly string[]>;
}

/**
 * C#'s `IMessageBody`. Bodies are buffered before an expression runs that reads them
 * (`CompiledExpression.readsRequestBody`, `.readsResponseBody`), so reading is synchronous.
 * {@link BufferedBody} implements it.
 */
export interface MessageBody {
  /**
   * The whole body. Without `preserveContent` the content is gone afterwards, for later expressions and for
   * forwarding.
   *
   * @throws MessageBodyConsumedError if an earlier read did not preserve the content.
   */
  read(preserveContent: boolean): Uint8Array;
}

/** C#'s `Authorization`, which `get-authorization-context` puts into a variable. */
export interface Authorization {
  readonly csType: "Authorization";
  readonly accessToken: string;
  readonly claims: ReadonlyMap<string, string>;
}

/** C#'s `Jwt`, made by `validate-jwt` (`output-token-variable-name`) or `AsJwt()`. */
export interface Jwt {
  /** Tells a stored token from other objects: `(Jwt)context.Variables["jwt"]` looks at it. */
  readonly csType: "Jwt";
  readonly algorithm: string | null;
  /** Claim `jti`. */
  readonly id: string | null;
  readonly issuer: string | null;
  readonly subject: string | null;
  /** Header `typ`. */
  readonly type: string | null;
  readonly audiences: readonly string[];
  /** Every claim as text, one element for each item of an array: see {@link flattenClaims}. */
  readonly claims: ReadonlyMap<string, readonly string[]>;
  readonly expirationTime: Date | null;
  readonly issuedAt: Date | null;
  readonly notBefore: Date | null;
}

/** The part of C#'s `X509Certificate2` that policies use; the gateway decides what a valid chain is. */
export interface X509Certificate2 {
  /** Tells a stored certificate from other objects. */
  readonly csType: "X509Certificate2";
  /** Upper-case hexadecimal SHA-1 of the certificate. */
  readonly thumbprint: string;
  /** Distinguished name as .NET prints it, for example `CN=client, O=Contoso`. */
  readonly subject: string;
  readonly issuer: string;
  /** Upper-case hexadecimal, most significant byte first. */
  readonly serialNumber: string;
  readonly friendlyName: string;
  readonly version: number;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly hasPrivateKey: boolean;
  /** DER. */
  readonly rawData: Uint8Array;
  /** Chain validation with revocation checking. */
  verify(): boolean;
  /** Chain validation without revocation checking. */
  verifyNoRevocation(): boolean;
}
