import { findOutsidePaths } from '../../lab/findOutsidePaths';
import { type Handler } from '../workerContext';

/** What a lab file names outside of what it may reach. */
export const outsidePaths: Handler<'outsidePaths'> = (_context, order) => findOutsidePaths(order);
