// The baseline, a process of its own: a bare Fastify route that parses the same body and answers. Ends with its parent.
import Fastify from 'fastify';

const app = Fastify({ logger: false });
app.post('/v1/batch', async () => ({ success: true }));
process.once('disconnect', () => process.exit(0));
process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
