import { dependable } from "cdktf";
import type { Construct } from "constructs";
import { type AlertProps, DiagnosticTarget, QueryAlert } from "../observability";
import { stackPath } from "../private";
import type { ICertificateStore } from "./certificate-store";

/** An alert before certificates of a vault end. */
export interface CertificateExpiryAlertProps extends AlertProps {
  /** The vault that is watched. */
  readonly store: ICertificateStore;
  /**
   * Whether the vault's logs reach the workspace already, by a diagnostic setting made elsewhere: a second
   * one for the same workspace is refused by Azure.
   *
   * @default false - the alert adds one to `telemetry`
   */
  readonly logsCollected?: boolean;
}

/**
 * Key Vault writes these 30 days before an object ends and when it has, whether or not anybody subscribed to
 * its events. Certificate authorities are secrets here, so secrets count as well.
 *
 * Source: https://learn.microsoft.com/azure/key-vault/general/logging#event-grid-notifications
 */
const NOTICES = [
  "CertificateNearExpiryEventGridNotification",
  "CertificateExpiredEventGridNotification",
  "SecretNearExpiryEventGridNotification",
  "SecretExpiredEventGridNotification",
];

/** The column of the object's name exists only once a first notice has been written. */
const OBJECT_NAME = "eventGridEventProperties_data_ObjectName_s";

/**
 * Tells somebody, for each certificate, that it ends in 30 days or has ended: certificate authorities, which
 * a human has to replace, and server certificates whose renewal failed.
 *
 * Source: https://learn.microsoft.com/azure/key-vault/general/logging
 */
export class CertificateExpiryAlert extends QueryAlert {
  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(scope: Construct, id: string, props: CertificateExpiryAlertProps) {
    super(scope, id, {
      ...props,
      displayName: "A certificate of the gateway ends soon",
      description:
        "Key Vault announces the end of a certificate 30 days ahead. Add the successor of a certificate " +
        "authority, or find out why the vault did not renew a server certificate.",
      anchor: "a-certificate-ends-soon",
      severity: 1,
      query: expiryNotices(props.store.id),
      dimensions: ["ObjectName"],
      evaluationFrequency: "PT1H",
      // A notice comes once: a search of the last day finds it even if the log arrives late.
      windowDuration: "P1D",
      // Once a day for each certificate is enough.
      muteActionsAfterAlertDuration: "P1D",
      // The table has no columns, and may not exist, before the vault has logged anything.
      skipQueryValidation: true,
    });
    if (!props.logsCollected) {
      const logs = props.telemetry.addDiagnosticSetting(
        `${stackPath(this).join("-")}-vault`,
        DiagnosticTarget.keyVault(props.store),
      );
      this.resource.dependsOn = [dependable(logs.resource)];
    }
  }
}

function expiryNotices(vaultId: string): string {
  return [
    "AzureDiagnostics",
    `| where _ResourceId =~ "${vaultId}"`,
    `| where OperationName in (${NOTICES.map((notice) => `"${notice}"`).join(", ")})`,
    `| extend ObjectName = column_ifexists("${OBJECT_NAME}", "")`,
    "| project TimeGenerated, OperationName, ObjectName",
  ].join("\n");
}
