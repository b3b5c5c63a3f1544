import assert from 'node:assert/strict';
import { formatEdit, type Edit } from '../../../../src/trace/edits/edit';
import { parseEdit } from '../../../../src/trace/edits/parseEdit';
import { resolveEdits, type EditableLayer, type EditPlan } from '../../../../src/trace/edits/resolveEdits';

function parsed(text: string): Edit {
  const result = parseEdit(text);
  assert.ok(result.ok, result.ok ? '' : result.error.message);
  return result.value;
}

function refusal(text: string): string {
  const result = parseEdit(text);
  assert.ok(!result.ok, `${text} was read`);
  return result.error.message;
}

const lstm: EditableLayer = { layer: 0, direction: 'forward', cell: 'lstm', units: 5, outputWidth: 5 };
const gru: EditableLayer = { ...lstm, cell: 'gru' };

function resolve(edits: readonly string[], layers: readonly EditableLayer[], otherSteps?: number): EditPlan | string {
  const reading = { layers, steps: 20, ...(otherSteps === undefined ? {} : { otherSteps }) };
  const result = resolveEdits(edits.map(parsed), reading);
  return result.ok ? result.value : result.error.message;
}

describe('reading an edit', () => {
  it('reads every form of the language', () => {
    const all = { from: 0, to: Infinity };
    const cases: [string, Edit][] = [
      ['f[27]@41..=0', { kind: 'hold', target: { fields: ['f'], unit: 27 }, from: 41, to: Infinity, value: 0 }],
      ['f[27]@41..60=0', { kind: 'hold', target: { fields: ['f'], unit: 27 }, from: 41, to: 60, value: 0 }],
      ['o[27]=0', { kind: 'hold', target: { fields: ['o'], unit: 27 }, ...all, value: 0 }],
      ['i=0', { kind: 'hold', target: { fields: ['i'] }, ...all, value: 0 }],
      ['i[*]=-.5e-1', { kind: 'hold', target: { fields: ['i'] }, ...all, value: -0.05 }],
      ['h,c@57:=0', { kind: 'set', target: { fields: ['h', 'c'] }, step: 57, value: 0 }],
      ['c[3]@17:=1.5', { kind: 'set', target: { fields: ['c'], unit: 3 }, step: 17, value: 1.5 }],
      ['c[5]@10..20=keep', { kind: 'hold', target: { fields: ['c'], unit: 5 }, from: 10, to: 20, value: 'keep' }],
      ['f[3]=mean', { kind: 'hold', target: { fields: ['f'], unit: 3 }, ...all, value: 'mean' }],
      ['h@40:=other@38', { kind: 'set', target: { fields: ['h'] }, step: 40, value: { other: 38 } }],
      [
        '1.backward.f[2]@..9=1',
        { kind: 'hold', target: { layer: 1, direction: 'backward', fields: ['f'], unit: 2 }, from: 0, to: 9, value: 1 },
      ],
      ['2.z[0]=1', { kind: 'hold', target: { layer: 2, fields: ['z'], unit: 0 }, ...all, value: 1 }],
    ];
    for (const [text, edit] of cases) assert.deepEqual(parsed(text), edit, text);
  });

  it('writes what it reads, white space aside', () => {
    for (const text of [
      '1.backward.f[2]@..9=1',
      'h,c@57:=0',
      'f@3..=mean',
      'h@4:=other@0',
      'c=keep',
      '0.r[7]@5..5=-0.5',
    ]) {
      assert.equal(formatEdit(parsed(text)), text);
      assert.deepEqual(parsed(` ${text.replace(/([@=:[\]]+)/g, ' $1 ')} `.replace(/: =/g, ':=')), parsed(text));
    }
  });

  it('names the place and what was meant', () => {
    assert.match(refusal('q=0'), /expected a gate or state .* at character 1, found "q=0"/);
    assert.match(refusal('f[27=0'), /expected "\]" behind the unit at character 5/);
    assert.match(refusal('f[-1]=0'), /expected the number of a unit, or \* for all at character 3/);
    assert.match(refusal('f[2]@7=0'), /expected 7\.\.7 for one step/);
    assert.match(refusal('f[2]@9..7=0'), /expected a last step of 9 or more/);
    assert.match(refusal('f@..=0'), /a step before or behind the dots/);
    assert.match(refusal('f@3:=0'), /a gate is held with "="/);
    assert.match(refusal('c:=0'), /expected one step before ":="/);
    assert.match(refusal('c@1..2:=0'), /expected one step before ":="/);
    assert.match(refusal('f=keep'), /only a state/);
    assert.match(refusal('f=other@3'), /expected a number, keep or mean/);
    assert.match(refusal('c@3:=mean'), /expected a number or other@STEP/);
    assert.match(refusal('c,c=0'), /a state that is not named yet/);
    assert.match(refusal('f=0;i=0'), /expected the end of the edit at character 4/);
    assert.match(refusal('f=1e999'), /a number that float32 holds/);
    assert.match(refusal('f[99999999999999999999]=0'), /a smaller number/);
    for (const text of ['', 'f', 'f=', '1.forward.', '0..f=1', 'f[]=0', 'f=NaN', 'f=0x10', '+', '@']) refusal(text);
  });

  it('refuses a long text unread', () => {
    assert.match(refusal(`f=${'0'.repeat(1e6)}`), /at most 200 characters/);
  });
});

describe('checking edits against a model and a text', () => {
  it('gives a plan for each layer and direction, ends within the text', () => {
    assert.deepEqual(resolve(['f[2]@8..=0', 'h,c@6:=0', 'o[1]=mean'], [lstm]), [
      {
        layer: 0,
        direction: 'forward',
        held: [
          { field: 'f', unit: 2, from: 8, to: 19, value: 0 },
          { field: 'o', unit: 1, from: 0, to: 19, value: 'mean' },
        ],
        settings: [
          { field: 'h', unit: null, step: 6, value: 0 },
          { field: 'c', unit: null, step: 6, value: 0 },
        ],
      },
    ]);
    assert.deepEqual(resolve([], [lstm]), []);
  });

  it('keeps a state by its gates', () => {
    const held = (edit: string, layer: EditableLayer) => (resolve([edit], [layer]) as EditPlan)[0]?.held;
    const place = { unit: 1, from: 2, to: 4 };
    assert.deepEqual(held('c[1]@2..4=keep', lstm), [
      { field: 'f', ...place, value: 1 },
      { field: 'i', ...place, value: 0 },
    ]);
    assert.deepEqual(held('h[1]@2..4=keep', gru), [{ field: 'z', ...place, value: 1 }]);
  });

  it('refuses in a sentence what the model or the text does not have', () => {
    const both: EditableLayer[] = [lstm, { ...lstm, direction: 'backward' }];
    assert.match(resolve(['z[0]=1'], [lstm]) as string, /this lstm has no z; it has i f g o c h/);
    assert.match(resolve(['f=1'], [gru]) as string, /this gru has no f/);
    assert.match(resolve(['f[5]=1'], [lstm]) as string, /no unit 5; f has 5, counted from 0/);
    assert.match(resolve(['h[2]=1'], [{ ...lstm, outputWidth: 2 }]) as string, /no unit 2; h has 2/);
    assert.match(resolve(['f@20..=1'], [lstm]) as string, /no step 20; the text has 20/);
    assert.match(resolve(['f@1..20=1'], [lstm]) as string, /no step 20/);
    assert.match(resolve(['c@20:=1'], [lstm]) as string, /no step 20/);
    assert.match(resolve(['f=1'], both) as string, /both directions; say which: 0\.forward\.f or 0\.backward\.f/);
    assert.match(resolve(['0.backward.f=1'], [lstm]) as string, /reads forward only/);
    assert.match(resolve(['1.f=1'], [lstm]) as string, /no layer 1; the model has 1/);
    assert.match(resolve(['h@1:=other@1'], [lstm]) as string, /needs another reading/);
    assert.match(resolve(['h@1:=other@3'], [lstm], 3) as string, /no step 3 in the other reading/);
    assert.match(resolve(['f=1'], [{ ...lstm, isCoupled: true }]) as string, /1 - f/);
    assert.match(resolve(['h=keep'], [lstm]) as string, /only c can be kept/);
    assert.match(resolve(['h=keep'], [{ ...lstm, cell: 'rnn' }]) as string, /no gate that keeps/);
    assert.match(resolve(['f=1'], []) as string, /the model has 0/);
  });
});
