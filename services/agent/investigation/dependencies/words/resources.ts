import type { Words } from "../failure.ts";

/** What ran out, or is locked, in words of systems and databases. */
export const resources: readonly Words[] = [
  {
    way: "deadlock",
    words:
      /deadlock found|deadlock detected\s*(?:$|["'(.,;\\}]|\[)|ER_LOCK_DEADLOCK|\bORA-00060\b|deadlocked on (?:lock|thread)|\b40P01\b|DeadlockLoserDataAccessException|DeadlockDetected\b|CannotAcquireLockException|LockAcquisitionException|was chosen as (?:the )?deadlock victim|Error 1213\b|Transaction \(Process ID/i,
    kind: "database",
  },
  {
    way: "lock_timeout",
    words:
      /lock wait timeout|lock timeout|ER_LOCK_WAIT_TIMEOUT|could not obtain lock|LockNotAvailable|database (?:table )?is locked|SQLITE_BUSY|ORA-00054|ORA-30006|lock request time ?out|PessimisticLockException/i,
    kind: "database",
  },
  {
    way: "disk_full",
    words:
      /\bENOSPC\b|no space left on device|database or disk is full|disk (?:is )?full|DiskFull\b|\bEDQUOT\b|disk quota exceeded|not enough space on the disk|there is not enough space|could not (?:extend|write|create) file .{0,120}no space|The table '[^']{1,80}' is full|ORA-(?:01653|01654|01652|00257|01536)\b|transaction log for database .{0,80} is full|PRIMARY' filegroup is full|unable to persist(?: to)? (?:on )?disk|flood[- ]stage disk watermark|insufficient (?:disk )?storage|out of disk space/i,
    own: true,
  },
  {
    way: "read_only",
    words:
      /\bEROFS\b|read-only file ?system|cannot execute \w{1,20}(?: \w{1,20})? in a read-only transaction|READONLY You can't write|running with the --?(?:super-)?read-only option|(?:super_)?read_only option|attempt to write a readonly database|not primary\b|NotWritablePrimary|NotMaster(?:NoSlaveOk)?\b|database is read-only|(?:is|in|against|to) (?:a )?read-only (?:replica|standby|database|mode)|ReadOnlyError|cluster_block_exception|index read-only|ORA-16000|READ_ONLY_(?:SQL_TRANSACTION|STORAGE)|cannot execute .{0,60} during recovery|Failed to update database .{0,80} read-only/i,
    kind: "database",
  },
  {
    way: "out_of_memory",
    words:
      /OOM command not allowed|OutOfMemoryError|OutOfMemoryException|\bMemoryError\b|out of memory|\bENOMEM\b|cannot allocate memory|heap limit Allocation failed|JavaScript heap|OOMKilled|Allowed memory size of \d+ bytes exhausted|NoMemoryError|failed to allocate memory|std::bad_alloc|\boom-kill(?:er)?\b|GC overhead limit exceeded|Fatal process OOM|memory allocation of \d+ bytes failed|could not resize shared memory|memory limit exceeded|used memory > 'maxmemory'/i,
    own: true,
  },
  {
    way: "too_many_files",
    words: /\bEMFILE\b|\bENFILE\b|too many open files|Process file descriptor limit|ulimit.{0,20}nofile/i,
    own: true,
  },
];
