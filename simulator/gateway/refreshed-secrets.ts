import type { GatewayModel, NamedValueModel } from "../model";
import { NamedValues } from "../policies";

/** After so long API Management has seen a new version of a secret in Key Vault. */
const REFRESH_MS = 4 * 60 * 60 * 1000;

export interface RefreshedSecretsProps {
  readonly model: Pick<GatewayModel, "namedValues">;
  /** Milliseconds since the epoch. */
  now(): number;
  /** The value of a secret as the vault has it now; none for a vault that is not of the stacks. */
  readSecret(url: string): string | undefined;
}

/**
 * Named values as the gateway knows them: those of Key Vault are read again every four hours, and stay as they were
 * until then, whatever has become of the secret.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-howto-properties
 */
export class RefreshedSecrets {
  private named: readonly NamedValueModel[];
  private current: NamedValues;
  private nextReading: number;
  private readonly refreshes: boolean;

  public constructor(private readonly props: RefreshedSecretsProps) {
    this.named = props.model.namedValues;
    this.current = new NamedValues({ namedValues: this.named });
    this.nextReading = props.now() + REFRESH_MS;
    this.refreshes = props.model.namedValues.some(({ secretUrl }) => secretUrl !== undefined);
  }

  /** A text with its named values; unknown ones stay as they are. */
  public substitute(text: string): string {
    if (this.refreshes && this.props.now() >= this.nextReading) {
      this.read();
    }
    return this.current.substitute(text, () => undefined);
  }

  /** Changes a value; one of Key Vault stays so until the vault is read again. */
  public change(displayName: string, value: string): void {
    this.named = this.named.map((each) => (each.displayName === displayName ? { ...each, value } : each));
    this.current = new NamedValues({ namedValues: this.named });
  }

  private read(): void {
    this.nextReading = this.props.now() + REFRESH_MS;
    this.current = new NamedValues({
      namedValues: this.named.map((each) => ({
        ...each,
        value:
          (each.secretUrl === undefined ? undefined : this.props.readSecret(each.secretUrl)) ?? each.value,
      })),
    });
  }
}
