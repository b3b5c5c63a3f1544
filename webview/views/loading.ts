import { say } from '../theme/strings';
import { element, setText } from './element';
import { type View } from './view';

/** A thin bar over the pictures while a text is read, and a line of text before the first values. */
export function createLoading(container: HTMLElement): View {
  const bar = element('div', { class: 'progress-bar' });
  const text = element('p', { class: 'loading-text' });
  container.append(element('div', { class: 'progress', children: [bar] }), text);
  return {
    update: (state) => {
      const { status } = state;
      const isBusy = status.kind === 'loading' || status.kind === 'reading';
      container.classList.toggle('is-busy', isBusy);
      const share = status.kind === 'reading' && state.tokens.length > 0 ? status.done / state.tokens.length : 0;
      bar.style.transform = `scaleX(${share})`;
      setText(text, status.kind === 'loading' ? say('Loading the model and reading the text.') : '');
    },
  };
}
