/** What an instance does now; `exited(137)` waits for its restart. */
export type InstanceStatus = "starting" | "running" | "draining" | "crash_looping" | `exited(${number | "unknown"})`;

/** An instance as `GET /instances` shows it. */
export interface InstanceView {
  readonly port: number;
  /** `null` while no process runs. */
  readonly pid: number | null;
  readonly service: string;
  /** When its process became healthy (RFC 3339, UTC). */
  readonly started_at: string | null;
  readonly status: InstanceStatus;
  readonly url: string;
  readonly restarts: number;
  /** Whether it answered its last health checks. */
  readonly healthy: boolean;
  readonly version: string | null;
}
