// tsx gives every function its name once more, by a call of Object.defineProperty each time that one is made: for a
// closure that is often more than all the rest of its cost. Without it, arrow functions are nameless in stack traces,
// which still say file and line.
const NAMING = 'var __name=(target,value)=>__defProp(target,"name",{value,configurable:true});';
// As long as it was, so that what the source map says still holds.
const AS_IT_IS = 'var __name=target=>target;'.padEnd(NAMING.length);

/** A hook of Node's module loader, behind that of tsx. */
export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  return typeof loaded.source === 'string'
    ? { ...loaded, source: loaded.source.replace(NAMING, AS_IT_IS) }
    : loaded;
}
