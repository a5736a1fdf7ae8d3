export type { BrokeredMessage, QueuedMessage } from "./brokered-message";
export { MessageQueue } from "./message-queue";
export { ServiceBusNamespace, type ServiceBusNamespaceProps } from "./service-bus-namespace";
