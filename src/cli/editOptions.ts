import { type WorkerRequests } from '../protocol/workerRequests';
import { type OptionTypes, type ParsedArguments } from './arguments';
import { parseOptionalInput } from './modelAndInput';

/** The options that change a reading, and the other reading that an edit may take states from. */
export const editOptions: OptionTypes = {
  edit: 'strings',
  'other-text': 'string',
  'other-file': 'string',
  'other-ids': 'string',
  'other-values': 'string',
};

/** How edits are written, for the usage texts. */
export const editHelp = `EDIT    [LAYER.[forward|backward.]]FIELDS[UNIT][@PLACE]=VALUE, for example --edit "f[27]@41..60=0": held; or ...@STEP:=VALUE: a state set once
        VALUE is a number, keep or mean; with := a number or other@STEP [--other-text T | --other-file F | --other-ids F | --other-values F]`;

/** The part of a `read` request that edits it; empty where nothing is changed. */
export function parseEdits(args: ParsedArguments): Pick<WorkerRequests['read']['params'], 'edits' | 'other'> {
  const edits = args.texts('edit');
  const other = parseOptionalInput(args, 'other-');
  return { ...(edits.length > 0 && { edits }), ...(other && { other }) };
}
