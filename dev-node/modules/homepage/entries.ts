/** What apps have put on the homepage (packages.md §10.2). Entries live in memory; the user's order is kept. */
import * as v from 'valibot';
import type { ProcessId } from '../../kernel/message.ts';
import { option } from '../body.ts';
import { splitProcessId } from '../identity.ts';

export const addPayload = v.object({
  label: v.string(),
  icon: option(v.string()),
  path: option(v.string()),
  widget: option(v.string()),
});

/** APP of §10.2, as it goes out in JSON. */
export interface HomepageApp {
  readonly id: ProcessId;
  readonly process: string;
  readonly package_name: string;
  readonly publisher: string;
  readonly path: string | null;
  readonly label: string;
  readonly base64_icon: string | null;
  readonly widget: string | null;
  readonly order: number;
  readonly favorite: boolean;
}

const favorites: readonly ProcessId[] = ['main:app-store:sys', 'settings:settings:sys'];

export class Entries {
  readonly #apps = new Map<ProcessId, HomepageApp>();
  #order: ReadonlyMap<ProcessId, number>;

  constructor(order: ReadonlyMap<ProcessId, number>) {
    this.#order = order;
  }

  /** Inserts or replaces the sender's entry. */
  add(id: ProcessId, { label, icon, path, widget }: v.InferOutput<typeof addPayload>): void {
    const parts = splitProcessId(id);
    if (!parts) return;
    this.#apps.set(id, {
      id,
      process: parts.process,
      package_name: parts.packageName,
      publisher: parts.publisher,
      path: path === null ? null : `/${id}/${path.replace(/^\//, '')}`,
      label,
      base64_icon: icon,
      widget,
      order: this.#order.get(id) ?? this.#apps.size,
      favorite: favorites.includes(id),
    });
  }

  remove(id: ProcessId): void {
    this.#apps.delete(id);
  }

  favor(id: ProcessId, favorite: boolean): void {
    const app = this.#apps.get(id);
    if (app) this.#apps.set(id, { ...app, favorite });
  }

  /** Replaces the order that the user has chosen. */
  sort(order: ReadonlyMap<ProcessId, number>): void {
    this.#order = order;
    for (const [id, app] of this.#apps) this.#apps.set(id, { ...app, order: order.get(id) ?? app.order });
  }

  /** Sorted by id. */
  list(): readonly HomepageApp[] {
    return [...this.#apps.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}
