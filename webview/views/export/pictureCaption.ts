import { cellDescriptions } from '../../../src/trace/reading/cellKind';
import { columnsInSight, type ColumnScale } from '../../scales/columns';
import { type InspectorState, shownLayer } from '../../store/inspectorState';
import { say } from '../../theme/strings';
import { formatValue } from '../fieldNames';

/** What a saved picture is of: text, model, layer, units, steps, and the loss of its gradients. */
export function pictureCaption(state: InspectorState, columns: ColumnScale): readonly string[] {
  const { source, model, tokens, view, gradient } = state;
  const shape = shownLayer(state);
  const sight = columnsInSight(columns);
  const orders = { stored: say('as stored'), activity: say('by activity'), cluster: say('by cluster') };
  const layer =
    shape === undefined
      ? ''
      : say(
          'layer {0} ({1}, {2}), {3} units {4}',
          shape.layer,
          cellDescriptions[shape.cell].name,
          shape.direction,
          shape.units,
          orders[view.order],
        );
  const steps = say('steps {0} to {1} of {2}', sight.from, Math.max(sight.from, sight.to - 1), tokens.length);
  return [
    [source, model?.name ?? '', layer, steps].filter((part) => part !== '').join('; '),
    ...(gradient.norms === null
      ? []
      : [
          say(
            'Gradient of {0} = {1}; lines: log10 of the norm.',
            gradient.norms.lossName,
            formatValue(gradient.norms.lossValue),
          ),
        ]),
  ];
}
