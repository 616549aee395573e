import type { WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

/** Every text and every payload in it, decoded: what anybody sees who may read the namespace. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return `${value}\n`;
  if (value instanceof Uint8Array) return `${Buffer.from(value).toString('utf8')}\n`;
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([name, field]) => `${name}\n${textOf(field)}`)
    .join('');
}

/** As it lies in Temporal's database and goes over the wire. */
export const bytesOf = (history: History): string =>
  Buffer.from(temporal.api.history.v1.History.encode(history).finish()).toString('latin1');
