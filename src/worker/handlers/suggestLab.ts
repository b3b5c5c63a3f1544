import { suggestData } from '../../data/suggestData';
import { type Handler } from '../workerContext';

/** What form some data has, by its beginning. */
export const suggestLab: Handler<'suggestLab'> = (_context, { path }) => suggestData(path);
