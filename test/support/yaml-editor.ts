import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import {
  getLanguageService,
  type CompletionItem,
  type Diagnostic,
  type Position,
} from 'yaml-language-server';

/** An editor with yaml-language-server, set as it comes; schemas come from the files that modelines name, nothing from a network. */
export class YamlEditor {
  /** Every schema that was asked for, by its address. */
  readonly asked: string[] = [];
  #documents = 0;
  readonly #service = getLanguageService({
    schemaRequestService: (address) => {
      this.asked.push(address);
      if (!address.startsWith('file:')) return Promise.reject(new Error(`${address} is not a file`));
      return Promise.resolve(readFileSync(fileURLToPath(address), 'utf8'));
    },
    workspaceContext: { resolveRelativePath: (path, document) => new URL(path, document).href },
  });

  constructor() {
    this.#service.configure({ validate: true, hover: true, completion: true });
  }

  /** A file as it would be opened at this path; it need not be there. */
  open(path: string, text: string): TextDocument {
    // The service keeps what it knows of a document by address and version.
    this.#documents += 1;
    return TextDocument.create(pathToFileURL(path).href, 'yaml', this.#documents, text);
  }

  /** What is said of it. */
  messages(document: TextDocument): Promise<readonly Diagnostic[]> {
    return this.#service.doValidation(document, false);
  }

  /** What is offered where the cursor stands. */
  async completions(document: TextDocument, cursor: number): Promise<readonly CompletionItem[]> {
    const { items } = await this.#service.doComplete(document, document.positionAt(cursor), false);
    return items;
  }

  /** What is shown under the pointer, as text: without the signs that keep Markdown from reading it as its own. */
  async hover(document: TextDocument, at: Position): Promise<string> {
    const hover = await this.#service.doHover(document, at);
    const contents = hover?.contents ?? '';
    const text = typeof contents === 'object' && 'value' in contents ? contents.value : '';
    return text.replaceAll(/\\([\\`*_{}[\]#+!])/g, '$1');
  }
}

/** How an item documents itself. */
export const documentationOf = ({ documentation }: CompletionItem): string =>
  typeof documentation === 'string' ? documentation : (documentation?.value ?? '');
