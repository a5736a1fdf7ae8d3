import type { MessageQueue, QueuedMessage, ServiceBusNamespace } from "../service-bus";

/** One queue of Service Bus, as tests use it. */
export class SimulatedQueue {
  public constructor(
    private readonly namespace: ServiceBusNamespace,
    private readonly queue: MessageQueue,
  ) {}

  /** Messages in the queue, locked or not, oldest first. */
  public get messages(): readonly QueuedMessage[] {
    return this.queue.peek();
  }

  /** How many of them somebody holds. */
  public get locked(): number {
    return this.queue.lockedCount;
  }

  /** What came to nothing; the properties `DeadLetterReason` and `DeadLetterErrorDescription` say why. */
  public get deadLetters(): readonly QueuedMessage[] {
    return this.queue.deadLetters?.peek() ?? [];
  }

  /** How much it holds from now on, instead of what the stack says. */
  public limit(bytes: number): void {
    this.queue.maxBytes = bytes;
  }

  /** Takes the locks of all receivers away, as a failover of the service does. */
  public loseLocks(): void {
    this.queue.loseLocks();
  }

  /** Drops every connection to the namespace. */
  public disconnect(): void {
    this.namespace.disconnect();
  }
}
