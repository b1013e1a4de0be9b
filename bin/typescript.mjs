// Lets this process, and what it imports from now on, run the TypeScript sources as they are: there is no build step.
import { register as registerHooks } from 'node:module';
import { register } from 'tsx/esm/api';

register();
registerHooks('./plain-functions.mjs', import.meta.url);
