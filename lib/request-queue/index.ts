export { checkQueueWorkerIdentity, type QueueWorkerIdentity } from "./queue-worker-identity";
export { QueueWorker, type QueueWorkerProps, type WorkerImageRegistry } from "./queue-worker";
export {
  RequestQueue,
  type IRequestQueue,
  type MessagingUnits,
  type RequestQueueProps,
} from "./request-queue";
