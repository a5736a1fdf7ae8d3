import { type CertificateIdentity, type CSharp, csharp, validateClientCertificate } from "../policy";
import { normalizeThumbprint, THUMBPRINT } from "../private";
import type { Problems } from "../validation";
import { authBinding, bindOnce } from "./auth-binding";
import type {
  AuthBindOptions,
  AuthStrategy,
  CertificateAuthenticator,
  CertificateName,
} from "./auth-strategy";
import { checkAuthenticatorName } from "./authenticator-name";
import type { ICertificateAuthority } from "./certificate-authority";

/**
 * Accept client certificates of the TLS handshake: `Auth.clientCertificate(props)`. Chain, dates and
 * revocation are checked, the issuing authority is pinned, and the certificate must carry a name that is
 * listed here or belongs to a registered client.
 *
 * Source: https://learn.microsoft.com/azure/api-management/validate-client-certificate-policy
 */
export interface ClientCertificateAuthProps {
  /** Part of the caller's client id, and what client identities refer to. @default "certificate" */
  readonly name?: string;
  /** Authorities that the gateway must trust: the whole chain up to the root. */
  readonly certificateAuthorities: readonly ICertificateAuthority[];
  /**
   * Those of `certificateAuthorities` that issue client certificates. Others of the same root do not count.
   *
   * @default - the only one, or the only one that is not a root
   */
  readonly issuers?: readonly ICertificateAuthority[];
  /** Which name in the certificate identifies a client; the same for all of them. @default "subject" */
  readonly clientsNamedBy?: "subject" | "common-name" | "dns-name";
  /**
   * Names that get in without being a registered client.
   *
   * @default - only registered clients get in
   */
  readonly identities?: readonly CertificateName[];
  /** Check revocation lists. `false` needs the opt-out `certificate-revocation`. @default true */
  readonly validateRevocation?: boolean;
  /**
   * Check the chain and the dates. `false` needs the opt-out `certificate-lenient-validation`.
   *
   * @default true
   */
  readonly validateChainAndDates?: boolean;
}

type NamedBy = NonNullable<ClientCertificateAuthProps["clientsNamedBy"]>;

const SUBJECT_PARTS = csharp`Regex.Split(context.Request.Certificate.Subject, ",\u0020")`;

/** How each kind of name is read, matched and recognized. */
const NAMES = {
  subject: {
    read: csharp`string.Join(",\u0020", ${SUBJECT_PARTS}.OrderBy(part => part, StringComparer.Ordinal))`,
    canonical: canonicalSubject,
    identity: (subject: string) => ({ subject }),
    pattern: /^[A-Za-z][A-Za-z0-9.]*=[^*]+$/,
    words: "a distinguished name without '*', as in 'CN=claims, O=Contoso'",
  },
  "common-name": {
    read: commonName(),
    canonical: (name: string) => name,
    identity: (commonName: string) => ({ commonName }),
    pattern: /^[^*=,]+$/,
    words: "a common name without '*', as in 'claims.contoso.com'",
  },
  "dns-name": {
    read: csharp`context.Request.Certificate.GetNameInfo(X509NameType.DnsName, false).ToLowerInvariant()`,
    canonical: (name: string) => name.toLowerCase(),
    identity: (dnsName: string) => ({ dnsName }),
    pattern: /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/,
    words: "a lower-case host name without '*', as in 'claims.contoso.com'",
  },
} as const;

/**
 * A distinguished name with its parts in one order: tools print it from either end, and the validation has compared
 * it already. Parts are split as .NET separates them, inside quotation marks too, so that both sides do the same.
 */
function canonicalSubject(name: string): string {
  const separated = name.replace(/("[^"]*")|,\s*/g, (_part, quoted: string | undefined) => quoted ?? ", ");
  return separated.split(", ").sort(byCodeUnit).join(", ");
}

/** As `StringComparer.Ordinal` compares. */
function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The one common name of the subject; `""` if there is none, or if it could be read in two ways. */
function commonName(): CSharp {
  const subject = csharp`context.Request.Certificate.Subject`;
  const isSingle = csharp`Regex.Split(${subject}, "(?:^|[,+]\u0020*)CN=").Length == 2`;
  return csharp`(${isSingle} ? Regex.Match(${subject}, "(?:^|[,+]\u0020*)CN=([^,+\"]+)").Groups[1].Value : "")`;
}

export function clientCertificateAuth(given: ClientCertificateAuthProps): AuthStrategy {
  // JavaScript may leave out what has no default; that is reported where the strategy is bound.
  const { certificateAuthorities = [] }: Partial<ClientCertificateAuthProps> = given;
  const props = { ...given, certificateAuthorities };
  return {
    bind: bindOnce((options) => {
      check(props, options);
      return authBinding([{ token: [], certificate: authenticator(props) }], props.certificateAuthorities);
    }),
  };
}

function authenticator(props: ClientCertificateAuthProps): CertificateAuthenticator {
  const { name = "certificate", clientsNamedBy = "subject", identities = [] } = props;
  return {
    credential: "certificate",
    name,
    clientId: NAMES[clientsNamedBy].read,
    canonicalId: NAMES[clientsNamedBy].canonical,
    names: identities.map((identity) => identity.name),
    restrictsClients: identities.length > 0,
    checkNames: (registered, problems) => {
      checkNames(name, clientsNamedBy, registered, problems);
      checkThumbprints(name, clientsNamedBy, [...identities, ...registered], problems);
    },
    validation: (registered) =>
      validateClientCertificate({
        id: `authenticate-${name}`,
        validateRevocation: props.validateRevocation ?? true,
        validateTrust: props.validateChainAndDates ?? true,
        validateDates: props.validateChainAndDates ?? true,
        identities: [...identities, ...registered].flatMap((identity) =>
          issuersOf(props).map((issuer) => pinned(clientsNamedBy, identity, issuer)),
        ),
      }),
  };
}

function pinned(
  namedBy: NamedBy,
  { name, thumbprint }: CertificateName,
  issuer: ICertificateAuthority,
): CertificateIdentity {
  return {
    ...NAMES[namedBy].identity(name),
    thumbprint: thumbprint === undefined ? undefined : normalizeThumbprint(thumbprint),
    issuerSubject: issuer.subject,
    issuerThumbprint: issuer.thumbprint,
  };
}

function issuersOf({
  certificateAuthorities,
  issuers,
}: ClientCertificateAuthProps): readonly ICertificateAuthority[] {
  if (issuers) {
    return issuers;
  }
  const below = certificateAuthorities.filter(({ isRoot }) => !isRoot);
  return below.length > 0 ? below : certificateAuthorities;
}

function check(props: ClientCertificateAuthProps, options: AuthBindOptions): void {
  const { problems, optOuts } = options;
  const { name = "certificate", certificateAuthorities, clientsNamedBy = "subject", identities = [] } = props;
  checkAuthenticatorName(name, problems);
  problems.check(certificateAuthorities.length > 0, {
    rule: `'${name}' needs a certificate authority`,
    remedy: "give the authorities that issue the clients' certificates, up to their root",
  });
  problems.check(options.certificateAuthoritiesSupported, {
    rule: `'${name}' needs a gateway that validates client certificates against uploaded authorities`,
    remedy: "use a classic tier: Developer, Basic, Standard or Premium",
  });
  checkIssuers(name, props, problems);
  checkNames(name, clientsNamedBy, identities, problems);
  problems.check((props.validateRevocation ?? true) || optOuts.has("certificate-revocation"), {
    rule: `'${name}' checks revocation`,
    value: false,
    remedy: "publish the authority's revocation list, or opt out of 'certificate-revocation' on the API",
  });
  problems.check((props.validateChainAndDates ?? true) || optOuts.has("certificate-lenient-validation"), {
    rule: `'${name}' checks chain and dates`,
    value: false,
    remedy:
      "have clients renew their certificates, or opt out of 'certificate-lenient-validation' on the API",
  });
}

function checkIssuers(name: string, props: ClientCertificateAuthProps, problems: Problems): void {
  const { certificateAuthorities } = props;
  const issuers = issuersOf(props);
  problems.check(props.issuers !== undefined || issuers.length <= 1, {
    rule: `'${name}' must say which authorities issue client certificates`,
    value: issuers.map(({ subject }) => subject),
    remedy: "name them in issuers: others below the same root do not count then",
  });
  problems.check(props.issuers === undefined || props.issuers.length > 0, {
    rule: `issuers of '${name}' must not be empty`,
    remedy: "name the authority that issues client certificates",
  });
  for (const { subject, thumbprint } of props.issuers ?? []) {
    problems.check(
      certificateAuthorities.some((authority) => authority.thumbprint === thumbprint),
      {
        rule: `issuers of '${name}' must be among its certificateAuthorities`,
        value: subject,
        remedy: "add the authority, so that the gateway can build the chain",
      },
    );
  }
}

function checkNames(
  authenticator: string,
  namedBy: NamedBy,
  names: readonly CertificateName[],
  problems: Problems,
): void {
  for (const { name, thumbprint } of names) {
    problems.check(NAMES[namedBy].pattern.test(name), {
      rule: `names in certificates of '${authenticator}' must be ${NAMES[namedBy].words}`,
      value: name,
      remedy: "write the name as it stands in the certificate",
    });
    problems.check(thumbprint === undefined || THUMBPRINT.test(normalizeThumbprint(thumbprint)), {
      rule: `thumbprints of '${authenticator}' must be SHA-1 hashes of 40 hexadecimal digits`,
      value: thumbprint,
      remedy: "copy it from 'openssl x509 -fingerprint -sha1'",
    });
  }
}

/** A name without a thumbprint lets in every certificate that carries it: a thumbprint beside it restricts nothing. */
function checkThumbprints(
  authenticator: string,
  namedBy: NamedBy,
  names: readonly CertificateName[],
  problems: Problems,
): void {
  const { canonical } = NAMES[namedBy];
  const bound = new Set(
    names.filter(({ thumbprint }) => thumbprint !== undefined).map(({ name }) => canonical(name)),
  );
  for (const { name } of names.filter(
    ({ name, thumbprint }) => thumbprint === undefined && bound.has(canonical(name)),
  )) {
    problems.add({
      rule: `a name in certificates of '${authenticator}' is given with thumbprints or without, not both`,
      value: name,
      remedy: "remove the one without, or accept any certificate with that name",
    });
  }
}
