import type { Words } from "../failure.ts";

/** Connections that are all in use, here or at the other side. */
export const pools: readonly Words[] = [
  {
    way: "too_many_connections",
    words:
      /too many (?:clients already|connections)|ER_CON_COUNT_ERROR|remaining connection slots|max(?:imum)? number of clients reached|max_connections|max_user_connections|connection limit (?:exceeded|reached)|too many database connections|ORA-(?:00018|00020|12516|12519|12520)\b|connection refused because too many open connections/i,
    kind: "database",
  },
  {
    way: "pool_exhausted",
    words:
      /QueuePool limit|SQLTransientConnectionException|connection is not available, request timed out|timeout acquiring a connection|TimeoutError: ResourceRequest timed out|ConnectionAcquireTimeoutError|PoolTimeout\b|pool timed out|PoolTimedOut|pool timeout|pool (?:is |has been |was )?(?:probably )?(?:full|exhausted|depleted|empty)|exhausted (?:the )?(?:connection )?pool|no (?:free |idle |available )?connections? (?:is |are )?available|(?:obtain|get|fetch|acquir|check)(?:e|ing|ting)?(?: out)? (?:a |an |new )?(?:new )?connection from (?:the )?(?:connection )?pool|prior to obtaining a connection|couldn't get a connection after|could not get a resource from the pool|timeout waiting for (?:idle object|connection from pool)|WaitQueueTimeout|queue limit reached|pool_timeout|waiting for (?:an open|a free|a) connection|unable to acquire (?:a )?(?:jdbc )?connection|cannot get a connection, pool|PoolExhausted|connection pool (?:limit|exhaustion|timeout|is full|size)|timeout exceeded when trying to connect|bulkhead.{0,60}is full|Maximum pool size/i,
    own: true,
  },
];
