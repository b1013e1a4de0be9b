#!/usr/bin/env node
// Runs the TypeScript sources as they are: there is no build step.
import './typescript.mjs';

const { main } = await import('../adapters/cli/main.ts');
await main(process.argv.slice(2));
