# The app as an image: built inside, with nothing in the end but what runs. See docs/running.md.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json prisma.config.ts ./
COPY prisma ./prisma
RUN npm ci --no-audit --no-fund
COPY tsconfig.json vite.config.ts ./
COPY app ./app
COPY docs/order-proof.v1.json docs/order-proof.v2.json docs/order-proof.v3.json ./docs/
RUN npm run build

# The packages that the app runs with, and Prisma's client, which installing them makes.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json prisma.config.ts ./
COPY prisma ./prisma
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24-slim
ARG APP_VERSION
ENV NODE_ENV=production APP_VERSION=${APP_VERSION}
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/build ./build
COPY package.json ./
COPY prisma ./prisma
COPY app ./app
USER node
EXPOSE 3000
# A heap of 384 MB leaves room for the rest within 512 MB.
ENV NODE_OPTIONS=--max-old-space-size=384
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is the first process: it gets the signals, and ends in good order within ten seconds.
CMD ["node", "app/server.ts"]
