import { labSchema } from '../../../../src/lab/training/settingsSchema';

/** The text of media/schemas/lstm-lab.schema.json: the same schema, unknown keys refused as JSON Schema says it. */
export function formatLabSchema(): string {
  return `${JSON.stringify(closeObjects(labSchema), null, 1)}\n`;
}

function closeObjects(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closeObjects);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(
    ([key, child]) => [key, key === 'default' || key === 'enum' ? child : closeObjects(child)] as const,
  );
  const isOpenObject = 'properties' in value && !('additionalProperties' in value);
  return Object.fromEntries(isOpenObject ? [...entries, ['additionalProperties', false]] : entries);
}
