# Tidemark beside servers: KAFKA_BROKERS, CLICKHOUSE_URL and REDIS_URL. The embedded engine is left out, as it is half
# a gigabyte that a ClickHouse server makes superfluous; without CLICKHOUSE_URL this image cannot start.
FROM node:20.19.5-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY scripts/bundle.mjs scripts/
# Production packages only: the bundler is one of them. This stage has the compilers that zstd-napi may ask for.
RUN npm ci --omit=dev --no-audit --no-fund
COPY src src
RUN node scripts/bundle.mjs \
  && rm -rf node_modules/chdb node_modules/@chdb node_modules/esbuild node_modules/@esbuild

FROM node:20.19.5-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY bin bin
# The page is served from its sources, beside the bundle.
COPY src/web/client src/web/client
COPY rules /etc/tidemark/rules
RUN mkdir -p /var/lib/tidemark && chown node:node /var/lib/tidemark
USER node
# tidemark.yaml and rules/ are looked for here.
WORKDIR /etc/tidemark
ENTRYPOINT ["node", "/app/bin/tidemark"]
CMD ["up"]
