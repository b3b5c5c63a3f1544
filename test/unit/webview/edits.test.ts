import assert from 'node:assert/strict';
import { editsInForce, switchedOff } from '../../../src/protocol/inForce';
import { parseEdit } from '../../../src/trace/edits/parseEdit';
import {
  type EditPlace,
  type EditTarget,
  holdText,
  putEdit,
  removeText,
  setStatesText,
  toggleEdit,
} from '../../../webview/store/edits';
import { type Action, initialState, type InspectorState, reduce } from '../../../webview/store/inspectorState';

const target: EditTarget = {
  ...{ layer: 1, direction: 'backward', isOnly: true, field: 'f', unit: 27, step: 41 },
  pins: { from: 10, to: 60 },
};

describe('edits of the view', () => {
  it('are written in the language of edits, for every place', () => {
    const texts: Readonly<Record<EditPlace, string>> = {
      ...{ here: 'f[27]@41..41=0', on: 'f[27]@41..=0', until: 'f[27]@..41=0', pins: 'f[27]@10..60=0', all: 'f[27]=0' },
    };
    for (const [place, text] of Object.entries(texts)) {
      assert.equal(holdText(target, place as EditPlace, '0'), text);
      assert.ok(parseEdit(text).ok, text);
    }
  });

  it('name layer and direction where there are several, and states of all units', () => {
    const one = { ...target, isOnly: false };
    assert.equal(holdText(one, 'all', 'mean'), '1.backward.f[27]=mean');
    assert.equal(setStatesText(one, ['h', 'c'], 'other@3'), '1.backward.h,c@41:=other@3');
    assert.equal(removeText({ ...target, field: 'c' }), 'h[27]=0');
    assert.equal(holdText({ ...target, unit: null }, 'on', '1'), 'f@41..=1');
    for (const text of ['1.backward.f[27]=mean', '1.backward.h,c@41:=other@3', 'h[27]=0', 'f@41..=1'])
      assert.ok(parseEdit(text).ok, text);
  });

  it('give way to a later one of the same numbers and steps, and to no other', () => {
    const edits = [{ text: 'f[1]@3..=0' }, { text: 'h,c@57:=0' }];
    assert.deepEqual(putEdit(edits, 'f[1]@3..=0.5'), [{ text: 'h,c@57:=0' }, { text: 'f[1]@3..=0.5' }]);
    assert.deepEqual(putEdit(edits, 'f[1]@4..=0').length, 3);
    assert.deepEqual(putEdit(edits, 'h,c@57:=other@2')[1], { text: 'h,c@57:=other@2' });
  });

  it('are in force unless they are off, or the untouched reading is shown', () => {
    const edits = toggleEdit([{ text: 'i=0' }, { text: 'o=1' }], 0);
    assert.deepEqual(editsInForce({ edits }), ['o=1']);
    assert.deepEqual(editsInForce({ edits: toggleEdit(edits, 0) }), ['i=0', 'o=1']);
    assert.deepEqual(editsInForce({ edits, showsUntouched: true }), []);
    assert.deepEqual(editsInForce(null), []);
    assert.deepEqual(editsInForce({ edits: switchedOff(edits) }), []);
  });
});

describe('undoing edits', () => {
  const after = (...actions: readonly Action[]): InspectorState => actions.reduce(reduce, initialState);
  const edits = (...texts: readonly string[]): Action => ({ type: 'edits', edits: texts.map((text) => ({ text })) });
  const drag = (text: string): Action => ({ type: 'edits', edits: [{ text }], isLive: true });
  const listed = ({ view }: InspectorState): string[] => (view.edits ?? []).map(({ text }) => text);

  it('goes back and forth one change at a time, and a new change forgets what was undone', () => {
    const both = [edits('i=0'), edits('i=0', 'o=0')] as const;
    assert.deepEqual(listed(after(...both, { type: 'undo' })), ['i=0']);
    assert.deepEqual(listed(after(...both, { type: 'undo' }, { type: 'undo' })), []);
    assert.deepEqual(listed(after(...both, { type: 'undo' }, { type: 'redo' })), ['i=0', 'o=0']);
    assert.deepEqual(listed(after(...both, { type: 'undo' }, edits('f=1'), { type: 'redo' })), ['f=1']);
    assert.deepEqual(listed(after({ type: 'undo' }, { type: 'redo' })), []);
  });

  it('takes a drag for one change', () => {
    const dragged = after(edits('i=0'), drag('f=0.1'), drag('f=0.2'), drag('f=0.3'), { type: 'undo' });
    assert.deepEqual(listed(dragged), ['i=0']);
  });

  it('shows the edits again once they change', () => {
    const hidden = after(edits('i=0'), { type: 'untouched' });
    assert.equal(hidden.view.showsUntouched, true);
    assert.equal(reduce(hidden, { type: 'untouched' }).view.showsUntouched, undefined);
    assert.equal(reduce(hidden, edits('o=0')).view.showsUntouched, undefined);
  });
});
