import type { Credential } from "./credential";
import { CLIENT_CLAIMS } from "./credential-candidates";

/** A caller as far as its name and credentials go. */
export interface OwnCredentials {
  readonly client: string;
  readonly credentials: readonly Credential[];
}

/** Name and credentials of a caller, each with what stands in its place. */
export function ownWords({ client, credentials }: OwnCredentials): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  credentials.forEach((credential, index) => {
    const id = idOf(credential);
    if (id !== undefined) {
      words.set(id, `«id ${index}»`);
    }
  });
  if (client !== "" && !words.has(client)) {
    words.set(client, "«client»");
  }
  return words;
}

/** By which the policies know the client: application, common name, subscription. */
export function idOf(credential: Credential): string | undefined {
  switch (credential.kind) {
    case "key":
      return credential.subscription;
    case "certificate":
      return credential.commonName;
    case "header":
      return undefined;
    case "token": {
      const claim = CLIENT_CLAIMS.find((each) => each in credential.claims);
      const id = claim === undefined ? undefined : credential.claims[claim];
      return typeof id === "string" ? id : undefined;
    }
  }
}
