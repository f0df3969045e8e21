/** What Linux' /proc tells about processes and about the machine. */

/** CPU time that a process has taken so far, in seconds. */
export function cpuSeconds(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // User and system time, in ticks of 10 ms.
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Memory that a process holds now, in MB: its resident set. */
export function residentMb(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1];
  return Number(kb) / 1024;
}

/** How many file descriptors a process has open. */
export function fileDescriptors(pid: number): number {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
}

/** Measures, from its call on, the share of CPU time that the hypervisor gave to others, from 0 to 1; 0 on bare metal. */
export function stealMeter(): () => number {
  const before = times();
  return () => {
    const now = times();
    const all = now.all - before.all;
    return all === 0 ? 0 : (now.steal - before.steal) / all;
  };
}

function times(): { all: number; steal: number } {
  // cpu user nice system idle iowait irq softirq steal; what guests take is in user already.
  const ticks = Deno.readTextFileSync("/proc/stat").split("\n", 1)[0]!.trim().split(/\s+/).slice(1, 9).map(Number);
  return { all: ticks.reduce((sum, value) => sum + value, 0), steal: ticks[7] ?? 0 };
}
