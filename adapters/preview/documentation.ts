import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import packageJson from '../../package.json' with { type: 'json' };
import { DOCS_POLICY } from './guards.ts';

const DESCRIPTION = `Dry runs of a contract: give it rules and a situation, and see what Bridgehead would do and why.
Nothing is ever performed. Rules and tickets that are sent are evaluated in a process of their own, with bounds.

The same from a terminal: \`bridgehead preview FOLDER --file situation.yaml\`.`;

/** The OpenAPI document, and the page /docs that shows it. Both are open to everybody who reaches the server. */
export async function documentation(
  server: FastifyInstance,
  { hasToken }: { readonly hasToken: boolean },
): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Bridgehead preview', description: DESCRIPTION, version: packageJson.version },
      tags: [
        { name: 'preview', description: 'Rules and situations' },
        { name: 'server', description: 'The server itself' },
      ],
      ...(hasToken
        ? {
            components: {
              securitySchemes: {
                token: {
                  type: 'http' as const,
                  scheme: 'bearer',
                  description: 'The token that the server was started with.',
                },
              },
            },
          }
        : {}),
    },
  });
  await server.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: DOCS_POLICY,
    theme: { title: 'Bridgehead preview', css: [{ filename: 'bridgehead.css', content: STYLE }] },
    uiConfig: {
      docExpansion: 'list',
      tryItOutEnabled: false,
      defaultModelsExpandDepth: -1,
      displayRequestDuration: true,
      // Nothing of what is entered outlives the page.
      persistAuthorization: false,
    },
  });
}

/** The bar on top holds a search for other documents, of which there are none. */
const STYLE = '.swagger-ui .topbar { display: none; }';
