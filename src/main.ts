import { ExitOnSignal } from './shutdown/exit-on-signal.js';

// The signal handlers come first, so this file imports nothing else statically. Loading the rest takes
// time, and process 1 of a container ignores every signal that it does not handle.
const exit = new ExitOnSignal();
const { bootstrap } = await import('./bootstrap.js');

/** URL of the server, available once it listens. */
export const address: string = await bootstrap(exit);
