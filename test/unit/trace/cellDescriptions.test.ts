import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  cellDescriptions,
  cellKinds,
  fieldName,
  fieldsOf,
  gatesOf,
  mapStates,
  roleOf,
  statesOf,
} from '../../../src/trace/reading/cellKind';

describe('the descriptions of the cells', () => {
  it('name a letter the same in every cell that has it', () => {
    for (const kind of cellKinds)
      for (const [letter, { name, role }] of Object.entries(cellDescriptions[kind].fields)) {
        assert.equal(fieldName(letter as 'h'), name, `${kind} ${letter}`);
        assert.equal(roleOf(letter), role, `${kind} ${letter}`);
      }
  });

  it('have every name of a field in the bundle of strings', () => {
    const bundle = JSON.parse(
      readFileSync(path.resolve(__dirname, '../../../l10n/bundle.l10n.json'), 'utf8'),
    ) as Record<string, string>;
    const names = new Set(cellKinds.flatMap((kind) => fieldsOf(kind).map(fieldName)));
    assert.deepEqual(
      [...names].filter((name) => bundle[name] === undefined),
      [],
    );
  });

  for (const kind of cellKinds) {
    const { candidate, memory, forgetBias, formula } = cellDescriptions[kind];

    it(`of ${kind} speak of its own gates and states only`, () => {
      const states = fieldsOf(kind).filter((field) => roleOf(field) === 'state');
      assert.deepEqual([...statesOf(kind)].sort(), states.sort());
      assert.equal(statesOf(kind)[0], 'h');
      assert.ok(gatesOf(kind).includes(candidate));
      if (memory !== undefined) {
        assert.equal(roleOf(memory.gate), 'gate');
        assert.ok(statesOf(kind).includes(memory.state));
      }
      if (forgetBias !== undefined)
        assert.ok([forgetBias.gate, forgetBias.against].every((g) => gatesOf(kind).includes(g)));
      assert.deepEqual([...formula.map(({ state }) => state)].sort(), states);
    });
  }

  it('make one thing for each state by name', () => {
    assert.deepEqual(
      mapStates({ h: 2, c: 3 }, (value, state) => `${state}${value}`),
      { h: 'h2', c: 'c3' },
    );
  });
});
