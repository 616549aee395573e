# One image: `docker run runwright worker`, `setup`, `run …`, `doctor`, `local-tfe`.

FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
COPY packages/client/package.json ./packages/client/package.json
COPY packages/local-tfe/package.json ./packages/local-tfe/package.json
# No install scripts: the native parts of the dependencies come prebuilt.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY bin ./bin
COPY scripts ./scripts
COPY packages ./packages
COPY src ./src
RUN node scripts/build.ts && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf packages/*/src

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /opt/runwright
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY --from=build /build/package.json ./package.json
COPY --from=build /build/packages ./packages
COPY bin ./bin
COPY LICENSE ./
# Named volumes take their owner from these folders.
RUN ln -s /opt/runwright/bin/runwright.js /usr/local/bin/runwright \
  && install --directory --owner=1000 --group=1000 /var/lib/runwright/archives /var/lib/runwright/local-tfe
# node, by its number: a cluster that refuses root can then see that it is not.
USER 1000:1000
WORKDIR /var/lib/runwright
STOPSIGNAL SIGTERM
ENTRYPOINT ["runwright"]
CMD ["--help"]
