import { EventgridSystemTopic } from "@cdktf/provider-azurerm/lib/eventgrid-system-topic";
import { Construct } from "constructs";
import { AzapiResource } from "../azapi";
import { type AlertProps, alertText } from "../observability";
import { checkPlacement, guardAgainstTemplates } from "../private";
import { Problems } from "../validation";
import type { ICertificateStore } from "./certificate-store";

/** An alert with each event of a vault that says that something ends. */
export interface CertificateEventAlertProps extends Omit<AlertProps, "telemetry"> {
  /** The vault that is watched: of this subscription and region. It has one system topic at most. */
  readonly store: ICertificateStore;
}

/** Certificate authorities are secrets here, so secrets count as well. */
const EVENTS = [
  "Microsoft.KeyVault.CertificateNearExpiry",
  "Microsoft.KeyVault.CertificateExpired",
  "Microsoft.KeyVault.SecretNearExpiry",
  "Microsoft.KeyVault.SecretExpired",
];

/**
 * Has Event Grid raise an alert for each notice of a vault, as it is sent: no log and no workspace stands in between.
 * Takes an `AzapiProvider`: azurerm knows no alerts as a destination of events.
 *
 * Source: https://learn.microsoft.com/azure/event-grid/handler-azure-monitor-alerts
 */
export class CertificateEventAlert extends Construct {
  /** The topic itself, for further subscriptions. */
  public readonly topic: EventgridSystemTopic;

  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(scope: Construct, id: string, props: CertificateEventAlertProps) {
    super(scope, id);
    const problems = new Problems(this);
    problems.checkPattern(props.name, /^[-a-zA-Z0-9]{3,64}$/, {
      rule: "name must be 3 to 64 letters, digits or '-'",
      remedy: "shorten or change it",
    });
    checkPlacement(problems, props);
    problems.throwIfAny();
    guardAgainstTemplates(this);

    this.topic = new EventgridSystemTopic(this, "Topic", {
      name: props.name,
      resourceGroupName: props.resourceGroupName,
      location: props.location,
      topicType: "Microsoft.KeyVault.vaults",
      sourceResourceId: props.store.id,
      tags: props.tags,
      provider: props.provider,
    });
    new AzapiResource(this, "Subscription", {
      type: "Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15",
      name: props.name,
      parentId: this.topic.id,
      body: {
        properties: {
          destination: {
            endpointType: "MonitorAlert",
            properties: {
              severity: "Sev1",
              description: alertText({
                description: "Key Vault says that a certificate or secret ends within 30 days, or has ended.",
                anchor: "a-certificate-ends-soon",
                page: props.page,
              }),
              actionGroups: [props.actionGroup.id],
            },
          },
          eventDeliverySchema: "CloudEventSchemaV1_0",
          filter: { includedEventTypes: EVENTS },
        },
      },
    });
  }
}
