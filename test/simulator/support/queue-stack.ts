import { GATEWAY_RESOURCES, PLACED, writeStack } from "../terraform/stack-fixture";

/** Names in the stack of `writeQueueStack`. */
export const NAMESPACE = "sb-queue";
export const QUEUE = "requests";
export const ACCOUNT = "stqueue";
export const CONTAINER = "results";

interface QueueStackProps {
  /** Arguments of the queue beside its name. */
  readonly queue?: object;
  /** Arguments of the namespace beside its name and tier. */
  readonly namespace?: object;
  /** Arguments of the storage account beside its name. */
  readonly account?: object;
  /** Whether private endpoints lead to namespace and account. @default false */
  readonly privateEndpoint?: boolean;
}

const QUEUE_ID = "${azurerm_servicebus_queue.requests.id}";
const CONTAINER_ID = "${azurerm_storage_container.results.id}";

const PRIVATE_ENDPOINTS = Object.fromEntries(
  ["azurerm_servicebus_namespace", "azurerm_storage_account"].map((type) => [
    type,
    {
      ...PLACED,
      name: `pe-${type.replaceAll("_", "-")}`,
      subnet_id: "subnet",
      private_service_connection: {
        name: "connection",
        is_manual_connection: false,
        private_connection_resource_id: `\${${type}.main.id}`,
        subresource_names: ["any"],
      },
    },
  ]),
);

/** A gateway that may send to a queue, a worker that may receive from it, and a container that both write to. */
export function writeQueueStack({
  queue,
  namespace,
  account,
  privateEndpoint = false,
}: QueueStackProps = {}): string {
  const identity = (name: string): string => `\${azurerm_user_assigned_identity.${name}.principal_id}`;
  const assignment = (who: string, role: string, scope: string): object => ({
    principal_id: identity(who),
    role_definition_name: role,
    scope,
  });
  return writeStack("queue", {
    resource: {
      ...GATEWAY_RESOURCES,
      azurerm_user_assigned_identity: {
        ...GATEWAY_RESOURCES.azurerm_user_assigned_identity,
        worker: { ...PLACED, name: "id-worker" },
        stranger: { ...PLACED, name: "id-stranger" },
      },
      azurerm_servicebus_namespace: {
        main: { ...PLACED, name: NAMESPACE, sku: "Premium", local_auth_enabled: false, ...namespace },
      },
      azurerm_servicebus_queue: {
        requests: {
          name: QUEUE,
          namespace_id: "${azurerm_servicebus_namespace.main.id}",
          lock_duration: "PT1M",
          max_delivery_count: 3,
          requires_duplicate_detection: true,
          dead_lettering_on_message_expiration: true,
          ...queue,
        },
      },
      azurerm_storage_account: {
        main: {
          ...PLACED,
          name: ACCOUNT,
          account_tier: "Standard",
          account_replication_type: "ZRS",
          shared_access_key_enabled: false,
          ...account,
        },
      },
      azurerm_storage_container: {
        results: { name: CONTAINER, storage_account_id: "${azurerm_storage_account.main.id}" },
      },
      azurerm_private_endpoint: privateEndpoint ? PRIVATE_ENDPOINTS : {},
      azurerm_role_assignment: {
        sender: assignment("gateway", "Azure Service Bus Data Sender", QUEUE_ID),
        receiver: assignment("worker", "Azure Service Bus Data Receiver", QUEUE_ID),
        gatewayBlobs: assignment("gateway", "Storage Blob Data Contributor", CONTAINER_ID),
        workerBlobs: assignment("worker", "Storage Blob Data Contributor", CONTAINER_ID),
      },
    },
  });
}
