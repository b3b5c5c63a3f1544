import { Emitter } from '../base/emitter';
import { type Level, notify } from '../show/notify';

/** What a message offers to do, by the button's title. */
export type MessageActions = Readonly<Record<string, () => void>>;

/** Messages to the person: shown and not waited for, so that nothing hangs on one who never answers. */
export class Messages {
  /** Each message as it is shown, for tests. */
  readonly said = new Emitter<{
    readonly level: Level;
    readonly message: string;
    readonly actions: MessageActions;
  }>();

  /** `dismissed` hears of a message that was closed without a choice. */
  tell(level: Level, text: string, actions: MessageActions = {}, dismissed?: () => void): void {
    const { message, chosen } = notify(level, text, Object.keys(actions));
    this.said.fire({ level, message, actions });
    void chosen.then((title) => (title === undefined ? dismissed?.() : actions[title]?.()));
  }
}
