// The real YAML language server over stdio, asked as an editor asks it: a document with a `|` where the cursor stands.
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node.js';

interface Position {
  readonly line: number;
  readonly character: number;
}

export interface CompletionItem {
  readonly label: string;
  readonly documentation?: string | { readonly value: string };
}

export interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: Position; readonly end: Position };
}

const require = createRequire(import.meta.url);
const PROGRAM = require.resolve('yaml-language-server/bin/yaml-language-server');

export class LanguageServer {
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #connection: MessageConnection;
  readonly #waiting = new Map<string, (diagnostics: readonly Diagnostic[]) => void>();
  #documents = 0;

  private constructor(folder: string, child: ChildProcess, connection: MessageConnection) {
    this.#folder = folder;
    this.#process = child;
    this.#connection = connection;
  }

  /** @param folder where documents seem to lie; a schema beside them is found by its relative path. */
  static async start(folder: string): Promise<LanguageServer> {
    const child = spawn(process.execPath, [PROGRAM, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const server = new LanguageServer(folder, child, connection);
    try {
      await server.#initialize();
    } catch (error) {
      server.#end();
      throw error;
    }
    return server;
  }

  async stop(): Promise<void> {
    await this.#connection.sendRequest('shutdown');
    await this.#connection.sendNotification('exit');
    this.#end();
  }

  #end(): void {
    this.#connection.dispose();
    this.#process.kill();
  }

  async complete(marked: string): Promise<readonly CompletionItem[]> {
    const { uri, position } = await this.#open(marked);
    const answer = await this.#connection.sendRequest<{ readonly items: readonly CompletionItem[] }>(
      'textDocument/completion',
      { textDocument: { uri }, position },
    );
    return answer.items;
  }

  /** Markdown; empty when there is nothing to say. */
  async hover(marked: string): Promise<string> {
    const { uri, position } = await this.#open(marked);
    const answer = await this.#connection.sendRequest<{
      readonly contents: { readonly value: string };
    } | null>('textDocument/hover', { textDocument: { uri }, position });
    return answer?.contents.value ?? '';
  }

  async diagnose(text: string): Promise<readonly Diagnostic[]> {
    const uri = this.#nextUri();
    const told = new Promise<readonly Diagnostic[]>((resolve) => this.#waiting.set(uri, resolve));
    await this.#didOpen(uri, text);
    return told;
  }

  async #initialize(): Promise<void> {
    this.#connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }) =>
      this.#waiting.get(uri)?.(diagnostics),
    );
    // It asks for the settings of the editor; null leaves its own.
    this.#connection.onRequest('workspace/configuration', ({ items }) =>
      items.map(({ section }: { readonly section: string }) => (section === 'yaml' ? SETTINGS : null)),
    );
    this.#connection.onRequest('client/registerCapability', () => null);
    this.#connection.listen();
    await this.#connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(this.#folder).href,
      capabilities: {
        workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
        textDocument: {
          completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } },
          hover: { contentFormat: ['markdown'] },
        },
      },
    });
    await this.#connection.sendNotification('initialized', {});
    await this.#connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { yaml: SETTINGS },
    });
  }

  async #open(marked: string): Promise<{ readonly uri: string; readonly position: Position }> {
    const at = marked.indexOf('|');
    if (at === -1) throw new Error('the document has no | to stand for the cursor');
    const before = marked.slice(0, at).split('\n');
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
    const uri = this.#nextUri();
    await this.#didOpen(uri, marked.slice(0, at) + marked.slice(at + 1));
    return { uri, position };
  }

  #nextUri(): string {
    this.#documents += 1;
    return pathToFileURL(join(this.#folder, `document-${this.#documents}.yaml`)).href;
  }

  async #didOpen(uri: string, text: string): Promise<void> {
    await this.#connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'yaml', version: 1, text },
    });
  }
}

/** No catalogue of schemas from the network. */
const SETTINGS = {
  validate: true,
  hover: true,
  completion: true,
  schemaStore: { enable: false },
  kubernetesCRDStore: { enable: false },
};
