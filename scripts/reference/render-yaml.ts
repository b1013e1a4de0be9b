import { Document, isMap, isScalar, isSeq, visit, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Json } from '../../engine/domain/json.ts';

/** Mappings and lists up to this length are written in one line. */
const IN_ONE_LINE_MAX = 70;

/** YAML as the samples write it: what is small and plain in one line, but for what leads to the example (`depth` keys). */
export function yamlText(value: Json, depth: number): string {
  const document = new Document(value);
  visit(document, {
    Collection: (_, node, ancestors) => {
      const collections = ancestors.filter((ancestor) => isMap(ancestor) || isSeq(ancestor));
      if (collections.length > depth && isSmall(node)) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 100, flowCollectionPadding: true, singleQuote: true }).trimEnd();
}

function isSmall(node: YAMLMap | YAMLSeq): boolean {
  const values = isMap(node) ? node.items.map((pair) => pair.value) : node.items;
  return values.every((value) => isScalar(value)) && JSON.stringify(node).length <= IN_ONE_LINE_MAX;
}

/** A value as it is written behind a key, in one line. */
export const inlineYaml = (value: Json): string =>
  new Document(value).toString({ lineWidth: 0, singleQuote: true }).trimEnd();
