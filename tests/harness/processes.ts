// What the kernel says of processes: children, command lines, descriptors, memory.
import fs from 'node:fs';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: readonly string[];
}

function read(pid: number): Process | null {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; the fields count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return null;
    const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    return { pid, parent: Number(fields[1]), command };
  } catch {
    return null;
  }
}

export function allProcesses(): Process[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => read(Number(name)))
    .filter((process) => process !== null);
}

/** Everything that `pid` started, directly or not. */
export function descendants(pid: number): Process[] {
  const all = allProcesses();
  const found: Process[] = [];
  const open = [pid];
  while (open.length > 0) {
    const parent = open.pop();
    for (const process of all) {
      if (process.parent === parent) {
        found.push(process);
        open.push(process.pid);
      }
    }
  }
  return found;
}

export function isAlive(pid: number): boolean {
  return read(pid) !== null;
}

export function openDescriptors(pid: number): number {
  return fs.readdirSync(`/proc/${pid}/fd`).length;
}

export function residentKb(pid: number): number {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
}

export interface Memory {
  readonly residentKb: number;
  /** Written to and shared with nobody: what would come back if the process ended. */
  readonly privateKb: number;
}

export function memoryOf(pid: number): Memory {
  const rollup = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(rollup)?.[1] ?? 0);
  return { residentKb: field('Rss'), privateKb: field('Private_Dirty') };
}
