import { wholeColumnsInSight, type ColumnScale } from '../scales/columns';
import { type InspectorState } from '../store/inspectorState';
import { storyOf } from '../store/story';
import { element, setText } from './element';
import { type View } from './view';

/** The line under the toolbar that says what the model expects or answers; hidden where it has no head. */
export function createStoryLine(container: HTMLElement, columnsOf: (state: InspectorState) => ColumnScale): View {
  const line = element('p', { class: 'story' });
  container.append(line);
  return {
    update: (state) => {
      const story = storyOf(state, wholeColumnsInSight(columnsOf(state)).to - 1);
      setText(line, story);
      line.title = story;
      container.hidden = story === '';
    },
  };
}
