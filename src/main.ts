import { ExitOnSignal } from './shutdown/exit-on-signal.js';

// First of all: loading the rest takes time, and a process that is number 1 of a container ignores a
// signal that it does not handle. So nothing else is imported above.
const exit = new ExitOnSignal();
const { bootstrap } = await import('./bootstrap.js');

/** Set once the server listens. */
export const address: string = await bootstrap(exit);
